using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>
/// The calibrations of a model: one for each two resolutions. Where two were not calibrated they are refused and no others taken in their place: strangers score by up to a third higher at one pair
/// than at the next, so that any choice would be a wrong promise.
/// </summary>
public sealed class CalibrationTable
{
    /// <summary>What its JSON form says it is.</summary>
    public const string FormatName = "btnet-calibration";

    /// <summary>The newest version of the JSON form that is read here.</summary>
    public const int NewestVersion = 1;

    /// <summary>Takes calibrations together.</summary>
    /// <param name="networks">What they were made with, as the package says it: 64 hexadecimal digits.</param>
    /// <param name="pairs">At least one, no two resolutions twice.</param>
    /// <param name="quality">What makes faces useful, a resolution each; none where that was not measured.</param>
    /// <exception cref="InputException">Every fault.</exception>
    public CalibrationTable(string networks, IReadOnlyList<ScoreCalibration> pairs, IReadOnlyList<QualityCalibration>? quality = null)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(pairs);
        (Networks, Pairs, Quality) = (networks, [.. pairs.OrderByDescending(pair => pair.Resolutions.Gallery).ThenByDescending(pair => pair.Resolutions.Probe)], [.. (quality ?? []).OrderByDescending(one => one.Resolution)]);
        if (CalibrationFaults.Of(this).ToList() is { Count: > 0 } faults) throw new InputException("the calibration", faults);
    }

    /// <summary>What they were made with and hold for.</summary>
    public string Networks { get; }

    /// <summary>The calibrations, the largest resolutions first.</summary>
    public IReadOnlyList<ScoreCalibration> Pairs { get; }

    /// <summary>What makes faces useful, the largest resolution first.</summary>
    public IReadOnlyList<QualityCalibration> Quality { get; }

    /// <summary>The SHA-256 of its JSON form, 64 hexadecimal digits: of two calibrations of one model it says which made a figure.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson().GetRawText())));

    /// <summary>The calibration of two resolutions.</summary>
    /// <exception cref="InputException">They were not calibrated; the message names them, and what there is.</exception>
    public ScoreCalibration this[Resolution gallery, Resolution probe] => Find(gallery, probe)
        ?? throw new InputException($"scores at {new MatchedResolutions(gallery, probe)} are not calibrated; there is {string.Join(", ", Pairs.Select(pair => pair.Resolutions))}. Calibrate them (`btnet calibrate --resolutions`)");

    /// <summary>Likewise; null where they were not calibrated.</summary>
    public ScoreCalibration? Find(Resolution gallery, Resolution probe) => Pairs.FirstOrDefault(pair => pair.Resolutions == new MatchedResolutions(gallery, probe));

    /// <summary>Reads the JSON form.</summary>
    /// <param name="json">As <see cref="ToJson"/> gives it.</param>
    /// <param name="where">What the faults call it.</param>
    /// <param name="networks">What it must have been made with; null where that does not matter.</param>
    /// <exception cref="InputException">It is none, of a newer version, made with other networks, or contradicts itself; every fault is named.</exception>
    public static CalibrationTable Parse(JsonElement json, string where, string? networks = null) => CalibrationText.Read(json, where, networks);

    /// <summary>Reads the JSON form from text in UTF-8.</summary>
    /// <exception cref="InputException">As there, or it is no JSON.</exception>
    public static CalibrationTable Parse(ReadOnlySpan<byte> text, string where, string? networks = null) => CalibrationText.Read(text, where, networks);

    /// <summary>The JSON form: docs/calibration.md says what it holds.</summary>
    public JsonElement ToJson() => CalibrationText.Write(this);
}
