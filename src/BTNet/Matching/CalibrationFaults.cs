using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>What a calibration says that cannot be, a sentence each.</summary>
internal static class CalibrationFaults
{
    private const int MostEntries = 64;
    private const double GreatestScore = 1;

    public static IEnumerable<string> Of(CalibrationTable table) => Of(CalibrationText.Form(table), networks: null);

    public static IEnumerable<string> Of(CalibrationForm form, string? networks)
    {
        if (form.Networks.Length != 64 || !form.Networks.All(char.IsAsciiHexDigitLower)) yield return $"networks is '{form.Networks}', expected 64 hexadecimal digits";
        else if (networks is not null && form.Networks != networks) yield return $"it was made with other networks ({form.Networks[..12]}...) than those of this model ({networks[..12]}...); calibrate this model (`btnet calibrate`)";
        if (form.Pairs.Contains(null!) || form.Quality?.Contains(null!) == true)
        {
            yield return "an entry of pairs or quality is null";
            yield break;
        }

        if (form.Pairs.Count == 0) yield return "pairs is empty, expected at least one";
        foreach (var fault in form.Pairs.SelectMany(Of)) yield return fault;
        if (form.Pairs.DistinctBy(pair => (pair.Gallery, pair.Probe)).Count() != form.Pairs.Count) yield return "pairs names two resolutions twice";
        foreach (var fault in (form.Quality ?? []).SelectMany(QualityCalibration.Faults)) yield return fault;
        if (form.Quality is { } quality && quality.DistinctBy(one => one.Resolution).Count() != quality.Count) yield return "quality names a resolution twice";
    }

    private static IEnumerable<string> Of(CalibrationForm.Pair pair)
    {
        var name = $"pairs at {pair.Gallery}x{pair.Probe}";
        foreach (var side in new[] { pair.Gallery, pair.Probe }.Where(side => Resolution.All.All(level => level.Side != side)))
            yield return $"{name} has the resolution {side}; expected some of {string.Join(", ", Resolution.All)}";
        if (pair.People < 2) yield return $"{name} is of {pair.People} people, expected at least 2";
        if (pair.Sizes.Count is < 2 or > MostEntries || pair.Sizes[0] != 1 || !Rise(pair.Sizes.Select(size => (double)size), strictly: true)) yield return $"{name} has sizes that are not 2 to {MostEntries} rising ones from 1";
        if (pair.Rates.Count is < 2 or > MostEntries || !pair.Rates.All(rate => rate is > 0 and < 1) || !Rise(pair.Rates.Reverse(), strictly: true)) yield return $"{name} has rates that are not 2 to {MostEntries} falling ones between 0 and 1";
        (string Name, double[][] Values)[] tables = [("thresholds", pair.Thresholds), ("low", pair.Low), ("high", pair.High)];
        var odd = tables.Where(table => !IsTable(table.Values, pair.Sizes.Count, pair.Rates.Count)).Select(table => table.Name).ToList();
        foreach (var table in odd) yield return $"{name} has {table} that are not {pair.Sizes.Count} x {pair.Rates.Count} scores rising with the size and with falling rate";
        if (odd.Count == 0 && !pair.Thresholds.Zip(pair.Low, pair.High).All(row => row.First.Zip(row.Second, row.Third).All(one => one.Second <= one.First && one.First <= one.Third)))
            yield return $"{name} has thresholds outside of low and high";
        if (pair.Mates is { } mates && (mates.People < 1 || mates.Quantiles.Length != MateScores.Steps + 1 || !Rise(mates.Quantiles, strictly: false)))
            yield return $"{name} has mates that are not {MateScores.Steps + 1} rising scores of some people";
    }

    private static bool IsTable(double[][] values, int sizes, int rates) =>
        values.Length == sizes && Array.TrueForAll(values, row => row is not null && row.Length == rates && Rise(row, strictly: false))
        && Enumerable.Range(0, rates).All(rate => Rise(values.Select(row => row[rate]), strictly: false));

    private static bool Rise(IEnumerable<double> values, bool strictly)
    {
        double? last = null;
        foreach (var value in values)
        {
            // Sizes are rising, too, and greater than any score; only these are held to be of cosines.
            if (!double.IsFinite(value) || (!strictly && Math.Abs(value) > GreatestScore) || (last is { } before && (strictly ? value <= before : value < before))) return false;
            last = value;
        }

        return true;
    }
}
