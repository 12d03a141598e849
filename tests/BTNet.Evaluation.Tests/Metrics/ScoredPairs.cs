namespace BTNet.Evaluation.Tests.Metrics;

/// <summary>Twenty scored pairs with equal scores among them; the figures that tests hold them to were computed with
/// NumPy from the definitions, by comparing every pair with every other.</summary>
internal static class ScoredPairs
{
    public static double[] Scores { get; } = [.9, .8, .8, .7, .7, .7, .6, .55, .5, .4, .4, .3, .2, .1, -.2, .35, .65, .15, .45, .05];

    public static bool[] Same { get; } = [.. new[] { 1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0 }.Select(flag => flag == 1)];

    public static int[] Folds { get; } = [.. Enumerable.Range(0, 20).Select(pair => pair % 4)];

    /// <summary>Scores of few values, so that many are equal, about both labels, in folds of any sizes.</summary>
    public static (double[] Scores, bool[] Same, int[] Folds) Random(int seed, int folds = 3)
    {
        var random = new Random(seed);
        var pairs = random.Next(2 * folds, 60);
        var values = random.Next(1, 30);
        var same = Enumerable.Range(0, pairs).Select(pair => pair == 0 || (pair != 1 && random.Next(2) == 0)).ToArray();
        var scores = same.Select(flag => (random.Next(values) + (flag ? random.Next(5) : 0)) / 7.0).ToArray();
        return (scores, same, [.. Enumerable.Range(0, pairs).Select(pair => pair < folds ? pair : random.Next(folds))]);
    }
}
