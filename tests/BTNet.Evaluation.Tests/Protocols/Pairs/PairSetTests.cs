using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.Pairs;

public sealed class PairSetTests
{
    [Fact]
    public void A_bin_of_two_blocks_becomes_ten_stratified_folds_with_a_notice()
    {
        var bin = InsightFaceBin.Read(SharedData.Require("formats", "bin", "lfw_fold3.bin"));
        var set = PairSet.FromBin(bin);
        Assert.Equal((600, 10), (set.Pairs.Count, set.FoldCount));
        Assert.Contains("stratified", Assert.Single(set.Notices));
        Assert.True(set.Images.Count < 1200, "images that occur in several pairs are one");
        Assert.All(Enumerable.Range(0, 600), pair => Assert.Equal(bin.Same(pair), set.Pairs[pair].Same));
        Assert.Equal(112, set.Images[^1].Decode().Width);
    }

    [Fact]
    public void The_same_pairs_from_a_bin_and_from_a_list_score_the_same()
    {
        var options = new PairOptions { Resolutions = ResolutionPair.ParseList("112x112,112x14") };
        var bin = PairSet.FromBin(InsightFaceBin.Read(SharedData.Require("formats", "bin", "lfw_fold3.bin")));
        var list = PairListReader.Read([SharedData.Require("lfw", "pairs-fold3.txt")], SharedData.Require("lfw", "faces"));
        var (fromBin, fromList) = (PairProtocol.Run(new PixelEmbedder(), bin, options), PairProtocol.Run(new PixelEmbedder(), list, options));
        Assert.Equal(fromList.Results[1].Scores, fromBin.Results[1].Scores);
        Assert.Equal(fromList.Results[1].Accuracy.Mean, fromBin.Results[1].Accuracy.Mean);
        Assert.InRange(fromBin.Results[0].Auc, .6, .99);
    }

    [Fact]
    public void Pairs_that_name_no_image_or_leave_a_fold_empty_are_refused()
    {
        ListedImage[] images = [new("a", () => RenderedPairs.Render(0, 0)), new("b", () => RenderedPairs.Render(1, 0))];
        Assert.Throws<ArgumentException>(() => new PairSet("set", images, [new FacePair(0, 2, true, 0), new FacePair(0, 1, false, 1)]));
        Assert.Throws<ArgumentException>(() => new PairSet("set", images, [new FacePair(0, 1, true, 0), new FacePair(0, 1, false, 2)]));
        Assert.Throws<ArgumentException>(() => new PairSet("set", images, [new FacePair(0, 1, true, 0)]));
    }
}
