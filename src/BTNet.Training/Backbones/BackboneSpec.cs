namespace BTNet.Training.Backbones;

/// <summary>Which network a trunk is, and how wide. Every value of <see cref="Names"/> can be built.</summary>
public sealed record BackboneSpec
{
    /// <summary><c>iresnet18|34|50|100|200</c>, <c>iresnet10</c> (a block a stage, for demos and tests) or
    /// <c>mobilefacenet</c>. Default <c>iresnet50</c>, the paper's.</summary>
    public string Name { get; init; } = "iresnet50";

    /// <summary>Channels of the first stage; the others are multiples of it. Default 64, the published networks'.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Numbers in an embedding. Default 512.</summary>
    public int EmbeddingSize { get; init; } = 512;

    /// <summary>Names that can be built.</summary>
    public static IReadOnlyList<string> Names => [.. Builders.Keys];

    private static Dictionary<string, Func<BackboneSpec, BackboneLayers>> Builders { get; } = new()
    {
        ["iresnet10"] = spec => IResNet.Build(spec, [1, 1, 1, 1]),
        ["iresnet18"] = spec => IResNet.Build(spec, [2, 2, 2, 2]),
        ["iresnet34"] = spec => IResNet.Build(spec, [3, 4, 6, 3]),
        ["iresnet50"] = spec => IResNet.Build(spec, [3, 4, 14, 3]),
        ["iresnet100"] = spec => IResNet.Build(spec, [3, 13, 30, 3]),
        ["iresnet200"] = spec => IResNet.Build(spec, [6, 26, 60, 6]),
        ["mobilefacenet"] = MobileFaceNet.Build
    };

    /// <summary>Every fault of this specification, a sentence each; none where it can be built.</summary>
    public IEnumerable<string> Faults()
    {
        // A file may say null, whatever the type says.
        if (Name is null || !Builders.ContainsKey(Name)) yield return $"'{Name}' is no backbone; expected one of {string.Join(", ", Names)}";
        if (Width is < 2 or > 512) yield return $"a width of {Width} is out of range; expected 2 to 512";
        if (EmbeddingSize is < 2 or > 4096) yield return $"an embedding size of {EmbeddingSize} is out of range; expected 2 to 4096";
    }

    /// <summary>How to build it.</summary>
    /// <exception cref="InputException">The specification has faults.</exception>
    internal BackboneLayers Layers()
    {
        var faults = Faults().ToList();
        return faults.Count == 0 ? Builders[Name](this) : throw new InputException("backbone", faults);
    }

    /// <inheritdoc />
    public override string ToString() => $"{Name} (width {Width}, embedding {EmbeddingSize})";
}
