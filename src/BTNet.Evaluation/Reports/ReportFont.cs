using ScottPlot;
using SkiaSharp;

namespace BTNet.Evaluation.Reports;

/// <summary>
/// The font of everything that is drawn: DejaVu Sans, carried inside this library, so that text shows on a machine
/// that has no font at all and looks the same on every other.
/// </summary>
public static class ReportFont
{
    /// <summary>The name under which plots ask for it.</summary>
    public const string FamilyName = "DejaVu Sans";

    private const string Resource = "BTNet.Evaluation.Reports.Fonts.DejaVuSans.ttf";

    private static readonly Lazy<SKTypeface> Shared = new(Load);
    private static readonly Lazy<bool> Registration = new(RegisterOnce);

    /// <summary>The typeface, for drawing with SkiaSharp. It is shared: do not dispose of it.</summary>
    public static SKTypeface Typeface => Shared.Value;

    /// <summary>Makes the font the default of every plot of this process; to be called before a plot is made, as
    /// often as one likes.</summary>
    public static void Register() => _ = Registration.Value;

    private static bool RegisterOnce()
    {
        ScottPlot.Fonts.FontResolvers.Insert(0, new Resolver());
        ScottPlot.Fonts.Default = FamilyName;
        ScottPlot.Fonts.Sans = FamilyName;
        ScottPlot.Fonts.Monospace = FamilyName;
        return true;
    }

    private static SKTypeface Load()
    {
        using var stream = typeof(ReportFont).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the library was built without its resource {Resource}");
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data)
            ?? throw new InvalidOperationException($"SkiaSharp cannot read the font in the resource {Resource}");
    }

    /// <summary>Answers for every name, as the machine's own fonts are not to be counted on; the one weight carried
    /// stands in for the bold and slanted ones.</summary>
    private sealed class Resolver : IFontResolver
    {
        public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing width) => Load();

        public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => Load();
    }
}
