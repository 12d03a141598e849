using System.Text.Json;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class TrainTrunkVerbTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_finished_trunk_is_not_trained_over_unless_that_is_said()
    {
        var model = tiny.CopyTo(_folder.File("model"));
        var trunk = Path.Combine(model, "trunk.safetensors");
        Assert.Contains("--fresh", Btnet.Run(tiny.TrainTrunk(model, "--seed", "2")).Expect(2).Errors, StringComparison.Ordinal);
        TensorBytes.AssertEqual(Path.Combine(tiny.Model, "trunk.safetensors"), trunk);
        Btnet.Run(tiny.TrainTrunk(model, "--seed", "2", "--epochs", "1", "--fresh")).Expect(0);
        Assert.False(TensorBytes.AreEqual(Path.Combine(tiny.Model, "trunk.safetensors"), trunk));
    }

    [Fact]
    public void The_state_of_another_run_is_not_resumed_but_thrown_away_when_that_is_said()
    {
        var model = tiny.CopyTo(_folder.File("model"));
        using (var running = Btnet.Start(tiny.TrainTrunk(_folder.File("other"), "--seed", "3")))
        {
            var progress = Path.Combine(_folder.File("other"), "trunk.progress.safetensors");
            while (!File.Exists(progress) && !running.HasEnded) Thread.Sleep(5);
            File.Copy(progress, Path.Combine(model, "trunk.progress.safetensors"));
            running.Kill();
        }

        Assert.Contains("--fresh", Btnet.Run(tiny.TrainTrunk(model)).Expect(2).Errors, StringComparison.Ordinal);
        Btnet.Run(tiny.TrainTrunk(model, "--epochs", "1", "--fresh")).Expect(0);
        Assert.False(File.Exists(Path.Combine(model, "trunk.progress.safetensors")));
    }

    [Fact]
    public void A_truncated_JPEG_is_named_skipped_and_counted()
    {
        var faces = _folder.File("faces");
        TinyModel.WriteFaces(faces);
        var broken = Path.Combine(faces, "person1", "3.jpg");
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..700]);
        string[] command = ["train", "trunk", "--recipe", tiny.TrunkRecipe, "--data", faces, "--output", _folder.File("model"), "--epochs", "1", "--json"];

        Assert.Contains("more than the 1.0", Btnet.Run(command).Expect(2).Errors, StringComparison.Ordinal);

        var ended = Btnet.Run([.. command, "--fresh", "--set", "data.greatestBrokenShare=0.2"]).Expect(3);
        Assert.Contains($"skipped {broken}: ", ended.Errors, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(ended.Output);
        Assert.True(json.RootElement.GetProperty("finished").GetBoolean());
        Assert.Equal(1, json.RootElement.GetProperty("skipped").GetInt32());
    }

    [Fact]
    public void People_of_one_image_are_told_of()
    {
        var faces = _folder.File("faces");
        TinyModel.WriteFaces(faces);
        string[] command = ["train", "trunk", "--recipe", tiny.TrunkRecipe, "--data", faces, "--epochs", "1"];
        Assert.DoesNotContain("one image only", Btnet.Run([.. command, "--output", _folder.File("before")]).Expect(0).Errors, StringComparison.Ordinal);
        for (var image = 1; image < 8; image++) File.Delete(Path.Combine(faces, "person1", $"{image}.jpg"));
        Assert.Contains(
            "trunk: 1 of 4 identities have one image only; they teach little", Btnet.Run([.. command, "--output", _folder.File("after")]).Expect(0).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_pairs_are_judged_and_what_is_redirected_holds_no_control_characters()
    {
        var pairs = _folder.WriteText("pairs.txt", Pairs());
        var ended = Btnet.Run(tiny.TrainTrunk(_folder.File("model"), "--epochs", "1", "--validation-pairs", pairs, "--validation-root", tiny.Faces, "--json")).Expect(0);
        using var json = JsonDocument.Parse(ended.Output);
        Assert.InRange(json.RootElement.GetProperty("validation").GetProperty("112x112").GetDouble(), 0, 1);
        Assert.Contains("trunk: step 4: 112x112 ", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("trunk: step 4 of 4, epoch 1, loss ", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(ended.Errors, c => char.IsControl(c) && c != '\n');
        Assert.True(File.Exists(Path.Combine(_folder.File("model"), "trunk.accuracy.png")));
    }

    private static string Pairs() => string.Concat(
        from person in Enumerable.Range(0, 4)
        from image in Enumerable.Range(0, 4)
        from same in (bool[])[true, false]
        select $"person{person}/{image}.jpg\tperson{(same ? person : (person + 1) % 4)}/{image + 4}.jpg\t{(same ? 1 : 0)}\n");

    public void Dispose() => _folder.Dispose();
}
