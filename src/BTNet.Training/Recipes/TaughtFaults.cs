using BTNet.Training.Data;
using BTNet.Training.Losses;

namespace BTNet.Training.Recipes;

/// <summary>What is wrong with the options that every training by what a recogniser makes of faces has.</summary>
internal static class TaughtFaults
{
    /// <summary>Every fault, a sentence each that starts with the key.</summary>
    /// <param name="data">Which faces.</param>
    /// <param name="blends">Blends for each picture.</param>
    /// <param name="drawn">Faces that are drawn.</param>
    /// <param name="augmentation">How faces are varied.</param>
    /// <param name="loss">What pulls the network to the recogniser.</param>
    /// <param name="average">Share of the average of the weights that each step keeps.</param>
    /// <param name="run">Saving, judging, logging.</param>
    public static IEnumerable<string> Of(DataOptions data, double blends, int drawn, AugmentationOptions augmentation, RecogniserLossOptions loss, double average, RunOptions run)
    {
        foreach (var fault in augmentation.Faults()) yield return $"augmentation: {fault}";
        foreach (var fault in loss.Faults()) yield return $"loss.{fault}";
        if (run.TeacherCacheMegabytes == 0) yield return "run.teacherCacheMegabytes: 0, and what the recogniser makes of the faces must be kept; expected 1 or more";
        if (augmentation.Views == 0) yield return "augmentation.views: 0, so that the recogniser would have to look at every view anew; expected 1 or more";
        if (drawn is not (>= 0 and <= 1_000_000)) yield return $"drawn: {drawn} is not between 0 and 1000000";
        if (loss.People > 0 && data.Kind == DataKind.Pictures) yield return "loss.people: needs to know whom the pictures are of; expected data.kind=folder, list or recordIo";
        if (loss.People > 0 && (blends > 0 || drawn > 0 || augmentation.BendPixels > 0))
            yield return "loss.people: blends, drawn and bent faces are of nobody; expected blends=0, drawn=0 and augmentation.bendPixels=0";
        if (blends is not (>= 0 and <= 100)) yield return $"blends: {blends} is not between 0 and 100";
        if (average is not (>= 0 and < 1)) yield return $"average: {average} is not between 0 and 1";
        foreach (var fault in WithoutEffect(loss, run)) yield return fault;
    }

    /// <summary>What is stated and does nothing beside what else is stated.</summary>
    private static IEnumerable<string> WithoutEffect(RecogniserLossOptions loss, RunOptions run)
    {
        var usual = new RecogniserLossOptions();
        if (loss.Embedding == 0 && loss.Distance != usual.Distance) yield return "loss.distance: has no effect where embeddings weigh nothing (loss.embedding)";
        if (loss.Relation == 0 && loss.RelationFaces != usual.RelationFaces && loss.RelationFaces >= 0) yield return "loss.relationFaces: has no effect where the relational part weighs nothing (loss.relation)";
        if (loss is { Relation: 0, People: 0 } && loss.RelationScale != usual.RelationScale && loss.RelationScale > 0) yield return "loss.relationScale: has no effect where the parts with a softmax weigh nothing (loss.relation, loss.people)";
        if (run.ValidationResolutions is not null && run.ValidationPairs.Length == 0) yield return "run.validationResolutions: has no effect without pairs to judge on (run.validationPairs)";
    }
}
