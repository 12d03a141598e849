using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Ijbc;

namespace BTNet.Evaluation.Tests.Protocols.Ijbc;

/// <summary>
/// Figures computed with NumPy 1.24 and scikit-learn 1.2 in double precision from the definitions: features by the formula of <see cref="DrawnTemplates"/>, templates by InsightFace's loop over the
/// unique media, <c>roc_auc_score</c>, the greatest <c>tpr</c> of <c>roc_curve</c> where <c>fpr</c> is at most the rate, and counting.
/// </summary>
public sealed class IjbcReferenceTests
{
    // Area; rate and lowest accepted mate at FAR 1e-3, 1e-2, 1e-1; then of each gallery rank 1, 5, 10 and TPIR at FPIR 0.01 and 0.1.
    public static TheoryData<string, ImageWeight, bool, double[]> Recorded => new()
    {
        { "112x112", ImageWeight.None, false, [0.9817939815, 0.5291666667, 0.5965375615, 0.7708333333, 0.4806536131, 0.9541666667, 0.2895781565, 0.8583333333, 0.9833333333, 0.9916666667, 0.2666666667, 0.6583333333, 0.8833333333, 0.9666666667, 1, 0.55, 0.75] },
        { "112x14", ImageWeight.None, false, [0.9322133191, 0.1583333333, 0.6029427565, 0.4375, 0.4722221705, 0.7916666667, 0.2741410585, 0.55, 0.8666666667, 0.9833333333, 0.09166666667, 0.3916666667, 0.6083333333, 0.9083333333, 0.9833333333, 0.1, 0.3166666667] },
        { "112x14", ImageWeight.Norm, false, [0.9323116987, 0.1833333333, 0.5843435921, 0.45, 0.4686456694, 0.7958333333, 0.2675110234, 0.5333333333, 0.8833333333, 0.9833333333, 0.1083333333, 0.3333333333, 0.625, 0.9166666667, 0.975, 0.2333333333, 0.35] },
        { "112x14", ImageWeight.Detector, true, [0.983377849, 0.5458333333, 0.5944963127, 0.7708333333, 0.4796542715, 0.9583333333, 0.2833569014, 0.825, 0.9833333333, 0.9916666667, 0.5083333333, 0.6583333333, 0.9083333333, 1, 1, 0.5583333333, 0.7833333333] },
        { "112&14", ImageWeight.Both, false, [0.9731712963, 0.45, 0.6054497031, 0.7666666667, 0.4722479321, 0.9416666667, 0.2786381498, 0.825, 0.9666666667, 0.9833333333, 0.275, 0.625, 0.8583333333, 0.9666666667, 0.9833333333, 0.5166666667, 0.75] },
        { "112&112", ImageWeight.None, false, [0.9973165954, 0.8375, 0.6339783697, 0.9583333333, 0.4974497136, 0.9916666667, 0.30275623, 0.975, 1, 1, 0.8, 0.9083333333, 0.9666666667, 1, 1, 0.8833333333, 0.925] }
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Every_figure_equals_what_another_program_computed(string mode, ImageWeight weight, bool flip, double[] expected)
    {
        var (drawn, modes) = (new DrawnTemplates(), mode.Contains('&') ? IjbcMode.ParseAggregates(mode) : IjbcMode.ParseMatches(mode));

        var result = IjbcProtocol.Run(drawn, drawn.Set(), drawn, new IjbcOptions { Modes = modes, Weight = weight, FlipAveraging = flip, ImagesAtATime = 7 }, [SmallFaceWay.Branch])[0][modes[0]];

        Assert.All(result.Tars.Take(3), tar => Assert.Null(tar.Value));
        double[] measured =
        [
            result.Roc.Auc, .. result.Tars.Skip(3).SelectMany(tar => new[] { tar.Value!.Value, tar.Threshold!.Value }),
            .. result.Galleries.SelectMany(gallery => IjbcReport.Ranks.Select(gallery.Ranks.At).Concat(gallery.Tpirs.Select(tpir => tpir.Value!.Value)))
        ];
        Assert.Equal(expected.Length, measured.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], measured[i], 1e-6);
        Assert.Equal((expected[7] + expected[12]) / 2, result.MeanAtRank(1)!.Value, 1e-6);
        Assert.Equal((expected[11] + expected[16]) / 2, result.MeanTpir(1)!.Value, 1e-6);
    }
}
