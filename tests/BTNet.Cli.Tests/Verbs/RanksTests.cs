using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using BTNet.TestSupport;
using BTNet.Training;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>Trainings as ranks under mpirun.</summary>
public sealed partial class RanksTests(TinyModel tiny) : IDisposable
{
    private const int InterruptSignal = 2;
    private const int KillSignal = 9;
    private const int UserSignal = 10;
    private const string Progress = "trunk.progress.safetensors";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_killed_rank_ends_all_and_the_run_goes_on_with_as_many_ranks_or_others()
    {
        Mpirun.Require();
        var (model, straight, alone) = (_folder.File("model"), _folder.File("straight"), _folder.File("alone"));
        string[] four = ["--batch", "4"];
        KillOneRank(tiny.TrainTrunk(model, [.. four, "--set", "run.saveEvery=1"]), Path.Combine(model, Progress));
        Directory.CreateDirectory(alone);
        File.Copy(Path.Combine(model, Progress), Path.Combine(alone, Progress));

        var (code, said) = Ranks(2, tiny.TrainTrunk(model, four));

        Assert.True(code == 0, said);
        Assert.Contains("trunk: resuming at step", said, StringComparison.Ordinal);
        Assert.Equal(1, said.Split("resuming at step").Length - 1);
        (code, said) = Ranks(2, tiny.TrainTrunk(straight, four));
        Assert.True(code == 0, said);
        foreach (var file in (string[])["trunk.safetensors", "classifier.safetensors"]) TensorBytes.AssertEqual(Path.Combine(straight, file), Path.Combine(model, file));

        Assert.Contains("give --batch 8 on 1 rank(s)", Btnet.Run(tiny.TrainTrunk(alone, four)).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("trunk: begun on 2 rank(s), now on 1", Btnet.Run(tiny.TrainTrunk(alone)).Expect(0).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_that_mpirun_passes_on_ends_all_ranks_with_the_state_saved_and_the_run_goes_on_to_the_same_weights()
    {
        Mpirun.Require();
        var (model, straight) = (_folder.File("model"), _folder.File("straight"));
        string[] Command(string folder) => tiny.TrainTrunk(folder, "--batch", "4", "--set", "run.saveEvery=2");
        using (var running = Mpirun.Start(2, [Mpirun.Dotnet, Btnet.Program, .. Command(model)]))
        {
            WaitFor(Path.Combine(model, Progress), running);
            running.Signal(UserSignal);
            var (ended, heard) = running.End();
            Assert.True(ended == 130, $"ended with {ended}\n{heard}");
            AssertSaved(model, heard);
        }

        var (code, said) = Ranks(2, Command(model));
        Assert.True(code == 0, said);
        Assert.Contains("trunk: resuming at step", said, StringComparison.Ordinal);
        (code, said) = Ranks(2, Command(straight));
        Assert.True(code == 0, said);
        TensorBytes.AssertEqual(Path.Combine(straight, "trunk.safetensors"), Path.Combine(model, "trunk.safetensors"));
    }

    [Fact]
    public void Ctrl_C_for_mpirun_ends_all_ranks_with_the_state_saved()
    {
        Mpirun.Require();
        var model = _folder.File("model");
        using var running = Mpirun.StartPatient(2, seconds: 3, [Mpirun.Dotnet, Btnet.Program, .. tiny.TrainTrunk(model, "--batch", "4", "--epochs", "100000", "--set", "run.saveEvery=1000000")]);
        WaitFor(Path.Combine(model, "trunk.log.jsonl"), running);

        running.Signal(InterruptSignal);

        var (code, said) = running.End();
        Assert.True(code != 0, said);
        AssertSaved(model, said);
    }

    [Fact]
    public void A_branch_is_trained_on_ranks()
    {
        Mpirun.Require();
        var model = tiny.CopyTo(_folder.File("model"));

        var (code, said) = Ranks(2, tiny.TrainBranch(model, "--batch", "4", "--epochs", "1"));

        Assert.True(code == 0, said);
        Assert.True(File.Exists(Path.Combine(model, "branch-14.safetensors")));
    }

    [Fact]
    public void Where_a_branchs_views_come_again_ranks_do_without_the_teachers_cache_and_share_one_form_of_maps()
    {
        Mpirun.Require();
        var model = tiny.CopyTo(_folder.File("model"));

        var (code, said) = Ranks(2, tiny.TrainBranch(model, "--batch", "4", "--epochs", "3", "--set", "augmentation.views=2", "run.layout=auto"));

        Assert.True(code == 0, said);
        Assert.Equal(1, said.Split("branch-14: no teacher cache on 2 ranks").Length - 1);
        Assert.Equal(1, said.Split("computing in fp32, ").Length - 1);
        Assert.Equal(["branch-14", "classifier", "trunk"], Directory.GetFiles(model, "*.safetensors").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_profile_on_ranks_is_refused_once()
    {
        Mpirun.Require();

        var (code, said) = Ranks(2, tiny.TrainTrunk(_folder.File("model"), "--profile"));

        Assert.True(code == 2, said);
        Assert.Equal(1, said.Split("--profile measures one process; start it without mpirun").Length - 1);
    }

    [Fact]
    public void Ranks_with_different_recipes_are_refused_and_both_are_named_once()
    {
        Mpirun.Require();
        string[] Command(string seed) => [Mpirun.Dotnet, Btnet.Program, .. tiny.TrainTrunk(_folder.File("model"), "--batch", "4", "--seed", seed)];
        using var running = Mpirun.StartEach(Command("1"), Command("2"));

        var (code, said) = running.End();

        AssertRefused(code, said, "recipes or faces");
        Assert.Contains("\"seed\":2", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_that_see_different_faces_at_the_same_path_are_refused_and_both_are_named_once()
    {
        Mpirun.Require();
        string Place(string name)
        {
            var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
            TinyModel.WriteFaces(Path.Combine(folder, "faces"));
            return folder;
        }

        var (here, there) = (Place("here"), Place("there"));
        // As many faces of as many people: one has another name.
        File.Move(Path.Combine(there, "faces", "person1", "3.jpg"), Path.Combine(there, "faces", "person1", "9.jpg"));
        string[] Command(string folder) => ["-wdir", folder, Mpirun.Dotnet, Btnet.Program, "train", "trunk", "--recipe", tiny.TrunkRecipe, "--data", "faces", "--output", _folder.File("model")];
        using var running = Mpirun.StartEach(Command(here), Command(there));

        var (code, said) = running.End();

        AssertRefused(code, said, "recipes or faces");
        var items = ItemsHash().Matches(said).Select(match => match.Value).ToList();
        Assert.Equal(2, items.Count);
        Assert.NotEqual(items[0], items[1]);
    }

    [Fact]
    public void Ranks_of_two_builds_are_refused_and_both_are_named_once()
    {
        Mpirun.Require();
        var (other, version) = OtherBuild.Make(_folder.File("other"));
        string[] Command(string program) => [Mpirun.Dotnet, program, .. tiny.TrainTrunk(_folder.File("model"), "--batch", "4")];
        using var running = Mpirun.StartEach(Command(Btnet.Program), Command(other));

        var (code, said) = running.End();

        AssertRefused(code, said, "programs");
        Assert.Contains($"build {typeof(TorchEmbedder).Module.ModuleVersionId}", said, StringComparison.Ordinal);
        Assert.Contains($"build {version}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rank_that_lacks_its_recipe_is_named()
    {
        Mpirun.Require();
        var command = tiny.TrainTrunk(_folder.File("model"));
        string[] other = [.. command.Select(word => word == tiny.TrunkRecipe ? _folder.File("none.json") : word)];
        using var running = Mpirun.StartEach([Mpirun.Dotnet, Btnet.Program, .. command], [Mpirun.Dotnet, Btnet.Program, .. other]);

        var (code, said) = running.End();

        Assert.True(code == 2, said);
        Assert.Matches(@"rank 1 on \S+: .*none\.json", said);
    }

    [Fact]
    public void More_ranks_than_people_are_refused_once()
    {
        Mpirun.Require();
        var people = _folder.WriteText("people.txt", "person0\nperson1\n");

        var (code, said) = Ranks(3, tiny.TrainTrunk(_folder.File("model"), "--batch", "2", "--identities", people));

        Assert.True(code == 2, said);
        Assert.Equal(1, said.Split("3 ranks share the classifier, and it has 2 identities").Length - 1);
    }

    [Fact]
    public void Under_mpirun_without_its_library_the_message_says_what_to_install()
    {
        var ended = Btnet.RunWith(
            [KeyValuePair.Create("OMPI_COMM_WORLD_SIZE", "2"), KeyValuePair.Create("BTNET_MPI_LIBRARY", _folder.File("libmpi.so.40"))],
            tiny.TrainTrunk(_folder.File("model"))).Expect(2);

        Assert.Contains("apt-get install openmpi-bin libopenmpi3", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Said) Ranks(int count, string[] args)
    {
        using var running = Mpirun.Start(count, [Mpirun.Dotnet, Btnet.Program, .. args]);
        return running.End();
    }

    private static void AssertSaved(string model, string said)
    {
        Assert.Equal(1, said.Split("stopping after this step and saving the state").Length - 1);
        Assert.Equal(1, said.Split("the state is saved, and the same command resumes it").Length - 1);
        Assert.True(File.Exists(Path.Combine(model, Progress)));
        Assert.False(File.Exists(Path.Combine(model, "trunk.safetensors")));
    }

    private static void AssertRefused(int code, string said, string what)
    {
        Assert.True(code == 2, said);
        Assert.Equal(1, said.Split($"the ranks have different {what}").Length - 1);
        Assert.Contains("rank 0 on ", said, StringComparison.Ordinal);
        Assert.Contains("rank 1 on ", said, StringComparison.Ordinal);
    }

    [GeneratedRegex("\"items\":\"[0-9a-f]{16}\"")]
    private static partial Regex ItemsHash();

    private static void KillOneRank(string[] args, string progress)
    {
        using var running = Mpirun.Start(2, [Mpirun.Dotnet, Btnet.Program, .. args]);
        WaitFor(progress, running);

        Assert.Equal(0, kill(running.Ranks[1], KillSignal));
        var (code, said) = running.End();
        Assert.True(code is not 0 and not 130, $"ended with {code}\n{said}");
        Assert.Contains("signal 9", said, StringComparison.Ordinal);
    }

    private static void WaitFor(string file, Mpirun running)
    {
        var clock = Stopwatch.StartNew();
        while (!File.Exists(file) && !running.HasEnded)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "nothing was saved for two minutes");
            Thread.Sleep(5);
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);

    public void Dispose() => _folder.Dispose();
}
