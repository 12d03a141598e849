namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Gives the templates of lists indices in the order in which they are met.</summary>
internal sealed class TemplateNumbers
{
    private readonly Dictionary<int, int> _indices = [];
    private readonly List<int> _ids = [];

    /// <summary>The number in the lists of each.</summary>
    public IReadOnlyList<int> Ids => _ids;

    /// <summary>The index of a template.</summary>
    public int Of(int id)
    {
        if (_indices.TryGetValue(id, out var index)) return index;
        _indices.Add(id, index = _ids.Count);
        _ids.Add(id);
        return index;
    }
}
