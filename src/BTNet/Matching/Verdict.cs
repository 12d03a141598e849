namespace BTNet.Matching;

/// <summary>What a search comes to.</summary>
public enum Verdict
{
    /// <summary>Nobody who is enrolled.</summary>
    Unknown,

    /// <summary>It may be the one that was found; a person should look.</summary>
    Unsure,

    /// <summary>The one that was found.</summary>
    Match,
}
