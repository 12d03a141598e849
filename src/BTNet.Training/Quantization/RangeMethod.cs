namespace BTNet.Training.Quantization;

/// <summary>How it is chosen which numbers the 256 levels of a map span. What lies beyond becomes the outermost level.</summary>
public enum RangeMethod
{
    /// <summary>All that calibration saw.</summary>
    MinMax,

    /// <summary>All but the outermost numbers at each end, one in a hundred thousand.</summary>
    Percentile,

    /// <summary>Those with which the squares of all errors add up to least: of rounding within and of cutting off beyond.</summary>
    Mse
}
