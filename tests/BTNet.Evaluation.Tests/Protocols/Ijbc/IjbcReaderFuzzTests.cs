using System.Diagnostics;
using System.Text;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.Ijbc;

public sealed class IjbcReaderFuzzTests : IDisposable
{
    private readonly IjbcFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ijbc_face_tid_mid.txt")]
    [InlineData("ijbc_name_5pts_score.txt")]
    [InlineData("ijbc_template_pair_label.txt")]
    [InlineData("ijbc_1N_gallery_G1.csv")]
    [InlineData("ijbc_1N_probe_mixed.csv")]
    public void A_damaged_list_is_read_or_refused_in_bounded_time_and_memory(string name)
    {
        var (read, refused, watch) = (0, 0, Stopwatch.StartNew());
        foreach (var damaged in Mutations.Of(Encoding.UTF8.GetBytes(IjbcFolder.Lists[name]), 2000, seed: 4))
        {
            _folder.WriteBytes(name, damaged);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var set = IjbcReader.ReadMeta(_folder.Meta);
                Assert.All(set.Images.Templates, template => Assert.InRange(template, 0, set.TemplateIds.Count - 1));
                Assert.True(set.Mates.Count > 0 && set.Strangers.Count > 0 && set.Images.Points.All(float.IsFinite));
                read++;
            }
            catch (InputException fault)
            {
                Assert.Contains(_folder.Meta, fault.Message, StringComparison.Ordinal);
                refused++;
            }

            // Six files, each with a buffer of its own.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        }

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 120);
        Assert.True(read > 50 && refused > 100, $"{read} read, {refused} refused");
    }
}
