using System.Globalization;
using System.Numerics.Tensors;
using BTNet.Embeddings;

namespace BTNet.Gallery;

/// <summary>What is wrong with what is to be enrolled or searched for.</summary>
internal static class EnrolmentFaults
{
    /// <summary>The longest id, name, attribute or source, in characters.</summary>
    public const int LongestText = 400;

    private const int Named = 20;

    /// <exception cref="InputException">Any fault; all are named.</exception>
    public static void Throw(IReadOnlyList<Enrolment> enrolments, EmbeddingModel model)
    {
        List<string> faults = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, enrolment) in enrolments.Index())
        {
            var who = $"enrolment {(i + 1).ToString(CultureInfo.InvariantCulture)} ('{Shorten(enrolment.Id)}')";
            if (Text(enrolment.Id, least: 1) is { } id) faults.Add($"{who}: the id {id}");
            if (!seen.Add(enrolment.Id)) faults.Add($"{who}: the id occurs twice; expected each subject once, with all its faces");
            if (enrolment.Name is not null && Text(enrolment.Name, least: 1) is { } name) faults.Add($"{who}: the name {name}");
            foreach (var (key, value) in enrolment.Attributes)
                if ((Text(key, least: 1) ?? Text(value, least: 0)) is { } attribute) faults.Add($"{who}: the attribute '{Shorten(key)}' {attribute}");
            if (enrolment.Faces.Count == 0) faults.Add($"{who}: has no face; expected one at the least");
            foreach (var (place, face) in enrolment.Faces.Index())
            {
                if (face.Model is { } made && !Compare(made, model)) faults.Add($"{who}: face {place + 1} is of {Told(made)}, and the gallery of {Told(model)}, whose embeddings do not compare; expected that model, or another on the same trunk");
                if (Embedding(face.Embedding.Span, model) is { } fault) faults.Add($"{who}: face {place + 1} {fault}");
                if (face.Quality is { } quality && quality is not (>= 0 and <= 1)) faults.Add($"{who}: face {place + 1} has quality {quality.ToString(CultureInfo.InvariantCulture)}; expected 0 to 1");
                if (face.Source is not null && Text(face.Source, least: 1) is { } source) faults.Add($"{who}: the source of face {place + 1} {source}");
            }
        }

        if (faults.Count > 0) throw new InputException("enrolment", [.. faults.Take(Named)], faults.Count);
    }

    /// <summary>That somebody would be left without a face.</summary>
    public static InputException OfLastFace(string id) => new($"these are all the faces of '{Shorten(id)}', and nobody is enrolled without one; nothing was removed. Remove the person, or enrol a better face first");

    /// <exception cref="InputException">A name or an attribute that cannot be; all are named.</exception>
    public static void ThrowOfUpdate(string id, string? name, IReadOnlyDictionary<string, string?>? attributes)
    {
        List<string> faults = [.. (name is null ? null : Text(name, least: 1)) is { } wrong ? [$"the name {wrong}"] : Array.Empty<string>()];
        faults.AddRange((attributes ?? new Dictionary<string, string?>()).Select(attribute => (attribute.Key, Fault: Text(attribute.Key, least: 1) ?? Text(attribute.Value ?? "", least: 0)))
            .Where(attribute => attribute.Fault is not null).Select(attribute => $"the attribute '{attribute.Key}' {attribute.Fault}"));
        if (faults.Count > 0) throw new InputException($"subject '{id}'", faults);
    }

    /// <exception cref="InputException">An embedding that cannot be searched for; all are named.</exception>
    public static void ThrowOfSearch(IReadOnlyList<ReadOnlyMemory<float>> probes, EmbeddingModel model)
    {
        List<string> faults = [.. probes.Index().Select(probe => (Place: probe.Index + 1, Fault: Embedding(probe.Item.Span, model))).Where(probe => probe.Fault is not null).Select(probe => $"probe {probe.Place} {probe.Fault}")];
        if (faults.Count > 0) throw new InputException("search", faults);
    }

    /// <exception cref="InputException">A model whose embeddings do not compare with those of a gallery: both are named.</exception>
    public static void ThrowOfModel(string gallery, EmbeddingModel own, EmbeddingModel? model)
    {
        if (model is null || Compare(model, own)) return;
        throw new InputException(
            $"{gallery}: is a gallery of {Told(own)}, and the model is {model.Name} ({model.Size} numbers, kind {Short(model.Compatibility)}), whose embeddings do not compare with them; "
            + "expected that model, or another on the same trunk. To change models, enrol the pictures in a new gallery");
    }

    /// <summary>What is wrong with an embedding; null for nothing.</summary>
    public static string? Embedding(ReadOnlySpan<float> values, EmbeddingModel model) =>
        values.Length != model.Size ? $"has {values.Length} numbers; the gallery is of {model.Name}, whose embeddings have {model.Size}"
        : !float.IsFinite(TensorPrimitives.SumOfMagnitudes(values)) && TensorPrimitives.IsFiniteAll(values) is false ? "is not finite; expected numbers"
        : !values.ContainsAnyExcept(0f) ? "is all zeros, which is like nobody; expected the embedding of a face" : null;

    /// <summary>What is wrong with a text; null for nothing.</summary>
    public static string? Text(string text, int least) =>
        text.Length < least ? "is empty; expected some characters"
        : text.Length > LongestText ? $"has {text.Length} characters; expected at most {LongestText}"
        : text.Any(char.IsControl) ? "has control characters; expected text"
        : IsBroken(text) ? "is no valid text: half of a surrogate pair stands alone" : null;

    private static bool Compare(EmbeddingModel one, EmbeddingModel another) => one.Compatibility == another.Compatibility && one.Size == another.Size;

    private static string Told(EmbeddingModel model) => $"{model.Name} (embeddings of {model.Size} numbers, kind {Short(model.Compatibility)})";

    private static string Short(string fingerprint) => fingerprint.Length <= 12 ? fingerprint : fingerprint[..12];

    private static bool IsBroken(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }

        return false;
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..37]}...";
}
