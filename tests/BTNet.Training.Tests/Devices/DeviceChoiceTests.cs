using BTNet.Training.Devices;
using TorchSharp;

namespace BTNet.Training.Tests.Devices;

public sealed class DeviceChoiceTests
{
    private static readonly Accelerators Processor = new(0, false);
    private static readonly Accelerators TwoCards = new(2, false);
    private static readonly Accelerators Apple = new(0, true);

    [Theory]
    [InlineData("auto", 0, DeviceType.CUDA, 0)]
    [InlineData("auto", 3, DeviceType.CUDA, 1)]
    [InlineData("cuda", 1, DeviceType.CUDA, 1)]
    [InlineData("CUDA:1", 0, DeviceType.CUDA, 1)]
    [InlineData("cuda:0", 1, DeviceType.CUDA, 0)]
    [InlineData("cpu", 0, DeviceType.CPU, -1)]
    public void Ranks_of_a_machine_go_round_its_cards_unless_one_is_named(string text, int rank, DeviceType type, int index)
    {
        var device = DeviceChoice.TryParse(text, out _)!.On(TwoCards, rank);

        Assert.Equal((type, index), (device.type, device.index));
    }

    [Fact]
    public void Without_a_card_auto_is_the_processor_and_Metal_waits_to_be_asked_for()
    {
        Assert.Equal(DeviceType.CPU, DeviceChoice.TryParse("auto", out _)!.On(Processor, 0).type);
        Assert.Equal(DeviceType.CPU, DeviceChoice.TryParse("auto", out _)!.On(Apple, 0).type);
        Assert.Equal(DeviceType.MPS, DeviceChoice.TryParse("mps", out _)!.On(Apple, 0).type);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:2")]
    [InlineData("mps")]
    public void A_device_that_is_not_there_is_refused_with_what_to_do(string text)
    {
        var has = text == "cuda" ? Processor : TwoCards;

        var fault = Assert.Throws<InputException>(() => DeviceChoice.TryParse(text, out _)!.On(has, 0));

        Assert.Contains(text == "cuda" ? "-p:TorchFlavour=cuda" : "cpu, cuda:0, cuda:1", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1:2")]
    [InlineData("cpu:0")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_device_is_named_with_what_is(string? text)
    {
        Assert.Null(DeviceChoice.TryParse(text, out var fault));
        Assert.Equal($"'{text}' is no device; expected auto, cpu, cuda, cuda:N (N from 0) or mps", fault);
    }

    [Fact]
    public void This_machine_has_its_processor() => Assert.StartsWith("cpu", Accelerators.Here.ToString(), StringComparison.Ordinal);
}
