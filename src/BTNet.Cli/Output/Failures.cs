namespace BTNet.Cli.Output;

/// <summary>Turns what was thrown into what the user reads and the exit code.</summary>
internal static class Failures
{
    private const string TraceVariable = "BTNET_TRACE";

    public static int Guard(Terminal terminal, Func<int> run)
    {
        try
        {
            return run();
        }
        catch (InputException fault)
        {
            terminal.Complain(fault.Message);
            return ExitCode.WrongInput;
        }
        catch (OperationCanceledException)
        {
            terminal.Say("interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception fault)
        {
            terminal.Complain(Explain(fault));
            if (Environment.GetEnvironmentVariable(TraceVariable) is "1") terminal.Say(fault.ToString());
            else terminal.Say($"Set {TraceVariable}=1 for the stack trace");
            return ExitCode.Failed;
        }
    }

    private static string Explain(Exception fault)
    {
        if (NativeLibrary(fault) is { } native)
            return $"a native library could not be loaded: {OneLine(native)} Expected Linux x64 with glibc 2.31 or later, Windows x64 or macOS arm64, and a program that was built on that system (`dotnet build`)";
        return fault is IOException or UnauthorizedAccessException
            ? $"a file could not be read or written: {OneLine(fault)}"
            : $"unexpected: {fault.GetType().Name}: {OneLine(fault)}";
    }

    /// <summary>The cause, where a native library is it: static constructors wrap it, and so does torch's loader.</summary>
    private static Exception? NativeLibrary(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException) return fault;
            if (fault is NotSupportedException && fault.StackTrace?.Contains("TorchSharp.torch.LoadNativeBackend", StringComparison.Ordinal) == true) return fault;
        }

        return null;
    }

    private static string OneLine(Exception fault) => fault.Message.ReplaceLineEndings(" ").Trim();
}
