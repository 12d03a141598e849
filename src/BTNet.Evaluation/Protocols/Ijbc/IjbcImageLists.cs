namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Reads which image is of which template and medium (a line <c>image template medium</c>), and where its face is (a line <c>image x1 y1 ... x5 y5 score</c>). Lines are matched by the image's name.</summary>
internal static class IjbcImageLists
{
    private const int Numbers = IjbcImages.PointNumbers + 1;

    public static IjbcImages Read(string templatesPath, string pointsPath, TemplateNumbers templates, List<string> faults, List<string> notices)
    {
        var (names, owners, media, before) = (new List<string>(), new List<int>(), new List<int>(), faults.Count);
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        ListFile.Scan(templatesPath, "a list of images with their templates and media", "image", "'image template medium'", line =>
        {
            Span<Range> fields = stackalloc Range[3];
            if (IjbcFields.Split(line, fields) is { } fault) return fault;
            var name = line[fields[0]].ToString();
            if (ListFile.Bad(name) is { } bad) return bad;
            if (!IjbcFields.Whole(line[fields[1]], out var template)) return $"{IjbcFields.Quote(line[fields[1]])} is no template";
            if (!IjbcFields.Whole(line[fields[2]], out var medium)) return $"{IjbcFields.Quote(line[fields[2]])} is no medium";
            if (!rows.TryAdd(name, names.Count)) return $"{IjbcFields.Quote(name)} is there already";
            names.Add(name);
            owners.Add(templates.Of(template));
            media.Add(medium);
            return null;
        }, faults);

        var (points, scores, placed, others) = (new float[names.Count * IjbcImages.PointNumbers], new float[names.Count], new bool[names.Count], 0);
        var byName = rows.GetAlternateLookup<ReadOnlySpan<char>>();
        ListFile.Scan(pointsPath, "a list of images with five points and a detector's score", "image", "'image x1 y1 x2 y2 x3 y3 x4 y4 x5 y5 score'", line =>
        {
            Span<Range> fields = stackalloc Range[1 + Numbers];
            if (IjbcFields.Split(line, fields) is { } fault) return fault;
            Span<float> values = stackalloc float[Numbers];
            for (var i = 0; i < Numbers; i++)
            {
                if (!IjbcFields.Finite(line[fields[1 + i]], out values[i])) return $"{IjbcFields.Quote(line[fields[1 + i]])} is no number";
            }

            if (!byName.TryGetValue(line[fields[0]], out var row))
            {
                others++;
                return null;
            }

            if (placed[row]) return $"{IjbcFields.Quote(line[fields[0]])} is there already";
            placed[row] = true;
            values[..IjbcImages.PointNumbers].CopyTo(points.AsSpan(row * IjbcImages.PointNumbers));
            scores[row] = values[^1];
            return null;
        }, faults);

        var (without, named) = (placed.Count(there => !there), Array.IndexOf(placed, false));
        // Where lines could not be read, images lack points for that reason.
        if (without > 0 && faults.Count == before) faults.Add($"{pointsPath}: has no points of {without} images of {templatesPath}, first of them {IjbcFields.Quote(names[named])}; expected a line of each");
        if (others > 0) notices.Add($"{Path.GetFileName(pointsPath)}: {others} images are of no template and were left aside.");
        return new IjbcImages(names, [.. owners], [.. media], points, scores);
    }
}
