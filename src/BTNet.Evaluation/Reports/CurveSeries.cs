namespace BTNet.Evaluation.Reports;

/// <summary>A line of a <see cref="CurvePlot"/>.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="X">Where, such as the training step; as many as <paramref name="Y"/>.</param>
/// <param name="Y">What; values that are not finite are left out.</param>
/// <param name="Markers">Whether each value gets a dot: for few values, such as evaluations.</param>
public sealed record CurveSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, bool Markers = false);
