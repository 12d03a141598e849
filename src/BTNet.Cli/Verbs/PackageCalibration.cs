using BTNet.Matching;
using BTNet.Models;

namespace BTNet.Cli.Verbs;

/// <summary>The calibration that a model package carries.</summary>
internal static class PackageCalibration
{
    /// <summary>Reads it.</summary>
    /// <param name="folder">The package.</param>
    /// <exception cref="InputException">It is no package, is not calibrated, or the calibration has faults or is of other networks.</exception>
    public static CalibrationTable Read(string folder)
    {
        if (!ModelPackage.IsPackage(folder)) throw new InputException($"{folder} is no model package, and only a package carries a calibration; `btnet export` makes one, and `btnet calibrate` calibrates it");
        var package = ModelPackage.Open(folder, verify: false);
        return package.Manifest.Calibration is { } json
            ? CalibrationTable.Parse(json, package.PathOf(ModelPackage.ManifestFile), package.Networks)
            : throw new InputException($"{folder} is not calibrated; calibrate it with faces of people that it was not trained on: btnet calibrate --model {folder} --images FOLDER");
    }

    /// <summary>That of a model as it is run; null, and why, where it has none that fits.</summary>
    /// <exception cref="InputException">It has faults, or is of other networks.</exception>
    public static (CalibrationTable? Table, string? Reason) Of(ModelPackage package, bool int8) => package.Manifest.Calibration is not { } json
        ? (null, "the model is not calibrated, so that nothing says which score tells a stranger from a person: btnet calibrate")
        : int8 ? (null, "the model is calibrated for its networks in single precision, and --int8 asks for others")
        : (CalibrationTable.Parse(json, package.PathOf(ModelPackage.ManifestFile), package.Networks), null);

    /// <summary>In short, for <c>btnet info</c>.</summary>
    public static string Describe(ModelPackage package)
    {
        if (package.Manifest.Calibration is not { } json) return "not calibrated";
        try
        {
            var table = CalibrationTable.Parse(json, ModelPackage.ManifestFile, package.Networks);
            return $"calibrated on {string.Join(" or ", table.Pairs.Select(pair => pair.People).Distinct())} people, at {string.Join(", ", table.Pairs.Select(pair => pair.Resolutions))} (gallery x probe)";
        }
        catch (InputException fault)
        {
            return $"not calibrated: {fault.Message}";
        }
    }
}
