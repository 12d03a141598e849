using BTNet.TestSupport;
using BTNet.Training.Checkpoints;
using BTNet.Training.Kernels;
using BTNet.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

[Collection(nameof(TorchRandomness))]
public sealed class FormChoiceTests
{
    private static readonly MapForm Planar = new(MapLayout.Planar, MapPrecision.Fp32);

    [Fact]
    public void What_the_options_say_is_taken_without_measuring()
    {
        var form = FormChoice.Of(
            new RunOptions { Precision = PrecisionChoice.Bf16, Layout = LayoutChoice.ChannelsLast }, null, SmallNetworks.Spec, CPU, 4, _ => Assert.Fail("measured"));

        Assert.Equal(new MapForm(MapLayout.ChannelsLast, MapPrecision.Bf16), form);
    }

    [Fact]
    public void Left_to_the_machine_the_choice_is_told_with_what_was_measured()
    {
        List<string> said = [];

        var form = FormChoice.Of(new RunOptions { Precision = PrecisionChoice.Fp32 }, null, SmallNetworks.Spec, CPU, 4, said.Add);

        Assert.Equal(MapPrecision.Fp32, form.Precision);
        Assert.Matches($@"^computing in {form}: of fp32, planar \d+\.\d images/s, fp32, channels-last \d+\.\d images/s, in steps of 4$", Assert.Single(said));
    }

    [Fact]
    public void A_run_that_is_taken_up_keeps_its_form()
        => Assert.Equal(Planar, FormChoice.Of(new RunOptions(), Planar, SmallNetworks.Spec, CPU, 4, _ => Assert.Fail("measured")));

    [Fact]
    public void A_run_that_is_taken_up_in_another_form_is_refused()
    {
        var fault = Assert.Throws<InputException>(() => FormChoice.Of(new RunOptions { Layout = LayoutChoice.ChannelsLast }, Planar, SmallNetworks.Spec, CPU, 4, null));

        Assert.Contains("computes in fp32, planar", fault.Message, StringComparison.Ordinal);
        Assert.Contains("--fresh", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_choice_that_is_kept_is_made_once_until_the_options_ask_for_another()
    {
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        MapForm Kept(RunOptions run, Action<string> say) => FormChoice.Kept(run, model, "trunk", "trunk", SmallNetworks.Spec, CPU, 4, say);
        var single = new RunOptions { Precision = PrecisionChoice.Fp32 };
        List<string> said = [];

        var form = Kept(single, said.Add);

        Assert.Single(said);
        Assert.Equal(form, Kept(single, _ => Assert.Fail("measured again")));
        // Whichever it was: what is kept is taken, and not what this machine would choose now.
        Put(DeviceType.CPU);
        Assert.Equal(Planar, Kept(single, _ => Assert.Fail("measured again")));
        Assert.Equal(new MapForm(MapLayout.ChannelsLast, MapPrecision.Fp32), Kept(single with { Layout = LayoutChoice.ChannelsLast }, _ => Assert.Fail("measured")));
        File.WriteAllText(model.FormFile("trunk"), "{");
        Kept(single, said.Add);
        // What a card is quickest with says nothing about the processor.
        Put(DeviceType.CUDA);
        Kept(single, said.Add);
        Assert.Equal(3, said.Count);

        void Put(DeviceType device) => File.WriteAllText(model.FormFile("trunk"), System.Text.Json.JsonSerializer.Serialize(new { Form = Planar, Device = device }));
    }

    [Fact]
    public void A_saved_state_holds_its_form()
    {
        using var training = new SmallTraining();
        var model = training.Model();
        training.TrainTrunk(SmallTraining.Trunk with { Run = SmallTraining.Trunk.Run with { Layout = LayoutChoice.Planar } }, model, SmallTraining.Observer.StopsAfter(2));

        Assert.Equal(Planar, TrainingState.FormOf(model.ProgressFile("trunk")));
        Assert.Null(TrainingState.FormOf(training.Model("none").ProgressFile("trunk")));
    }
}
