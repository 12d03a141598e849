using BTNet.TestSupport;
using BTNet.Training.Checkpoints;

namespace BTNet.Training.Tests.Checkpoints;

public sealed class FreshStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelDirectory _model;

    public FreshStartTests() => _model = new ModelDirectory(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_finished_network_stays_and_what_its_teacher_made_goes()
    {
        var finished = _folder.WriteText("trunk.safetensors", "weights");
        string[] leftovers = [_folder.WriteText("trunk.teacher.cache", "made"), _folder.WriteText("trunk.form.json", "{}"), _folder.WriteText("trunk.safetensors.01.tmp", "half")];
        var others = _folder.WriteText("branch-14.teacher.cache", "made");

        Assert.Contains("is trained already", Assert.Throws<InputException>(() => FreshStart.Guard(_model, "trunk", fresh: false)).Message, StringComparison.Ordinal);

        Assert.All(leftovers, file => Assert.False(File.Exists(file), file));
        Assert.True(File.Exists(finished) && File.Exists(others));
    }

    [Fact]
    public void What_an_unfinished_training_needs_stays_unless_it_is_thrown_away()
    {
        string[] needed = [_folder.WriteText("trunk.progress.safetensors", "state"), _folder.WriteText("trunk.teacher.cache", "made"), _folder.WriteText("trunk.form.json", "{}")];
        var finished = _folder.WriteText("trunk.safetensors", "weights");

        FreshStart.Guard(_model, "trunk", fresh: false);
        Assert.All(needed, file => Assert.True(File.Exists(file), file));
        FreshStart.Guard(_model, "trunk", fresh: true);
        Assert.All(needed, file => Assert.False(File.Exists(file), file));
        Assert.True(File.Exists(finished));
    }
}
