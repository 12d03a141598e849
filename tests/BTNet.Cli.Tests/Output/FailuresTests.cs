using BTNet.Cli.Output;

namespace BTNet.Cli.Tests.Output;

public sealed class FailuresTests
{
    [Fact]
    public void Wrong_input_is_told_as_it_is() => Assert.Equal((2, "faces: no such folder\n"), Guard(new InputException("faces: no such folder")));

    [Fact]
    public void What_was_not_foreseen_is_one_line_and_how_to_see_more()
    {
        var (code, said) = Guard(new InvalidOperationException("one\ntwo"));
        Assert.Equal(1, code);
        Assert.Equal("unexpected: InvalidOperationException: one two\nSet BTNET_TRACE=1 for the stack trace\n", said);
    }

    [Fact]
    public void A_native_library_that_does_not_load_is_told_as_that()
    {
        var (code, said) = Guard(new TypeInitializationException("TorchSharp.torch", new DllNotFoundException("libtorch.so: cannot open")));
        Assert.Equal(1, code);
        Assert.StartsWith("a native library could not be loaded: libtorch.so: cannot open", said, StringComparison.Ordinal);
        Assert.Contains("glibc", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_no_surprise() => Assert.Equal(
        (1, "a file could not be read or written: No space left on device\nSet BTNET_TRACE=1 for the stack trace\n"), Guard(new IOException("No space left on device")));

    [Fact]
    public void An_interruption_ends_as_shells_have_it() => Assert.Equal((130, "interrupted\n"), Guard(new OperationCanceledException()));

    private static (int Code, string Said) Guard(Exception fault)
    {
        var (results, said) = (new StringWriter(), new StringWriter());
        var code = Failures.Guard(new Terminal(results, true, said, true), () => throw fault);
        Assert.Empty(results.ToString());
        return (code, said.ToString());
    }
}
