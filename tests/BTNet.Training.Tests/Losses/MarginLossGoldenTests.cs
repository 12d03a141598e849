using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

public sealed class MarginLossGoldenTests
{
    [Theory]
    [InlineData(MarginKind.ArcFace, "arcface")]
    [InlineData(MarginKind.CosFace, "cosface")]
    [InlineData(MarginKind.CurricularFace, "curricularface")]
    public void Three_steps_give_the_references_loss_logits_gradients_and_state(MarginKind kind, string name)
    {
        var steps = LossGolden.Read("losses").GetProperty("steps_without_update").GetProperty(name);
        using var scope = NewDisposeScope();
        var loss = kind.Create();
        var probe = kind.Create();
        var labels = tensor(LossGolden.Labels);
        foreach (var step in steps.EnumerateArray())
        {
            var embeddings = LossGolden.Embeddings();
            embeddings.requires_grad = true;
            var classifier = CosineClassifier.FromWeight(LossGolden.Weight());
            var cosines = classifier.Cosines(embeddings);

            // The logits of the same step, from a second loss in the same state.
            var logits = probe.Logits(embeddings, cosines, labels);
            var value = loss.Loss(embeddings, cosines, labels);
            value.backward();

            Assert.Equal(step.GetProperty("loss").GetDouble(), value.item<float>(), 1e-4 * value.item<float>());
            LossGolden.AssertClose(step.GetProperty("logits_row0").Floats(), LossGolden.Values(logits[0]), 1e-5);
            LossGolden.AssertClose(
                step.GetProperty("target_logit_each_row").Floats(), LossGolden.Values(logits.gather(1, labels.unsqueeze(1))), 1e-5);
            LossGolden.AssertClose(step.GetProperty("grad_embeddings_row0").Floats(), LossGolden.Values(embeddings.grad![0]), 1e-4);
            LossGolden.AssertClose(step.GetProperty("grad_embeddings_row5").Floats(), LossGolden.Values(embeddings.grad![5]), 1e-4);
            LossGolden.AssertClose(step.GetProperty("grad_weight_row0").Floats(), LossGolden.Values(classifier.Weight.grad![0]), 1e-4);
            if (step.TryGetProperty("t", out var t)) Assert.Equal(t.GetDouble(), Assert.Single(loss.State), 1e-7);
            else Assert.Empty(loss.State);
        }
    }
}
