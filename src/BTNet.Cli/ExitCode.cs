namespace BTNet.Cli;

/// <summary>What the program ends with.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed for a reason that the input is not to blame for.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or input.</summary>
    public const int WrongInput = 2;

    /// <summary>Done, but items were skipped.</summary>
    public const int DoneWithSkipped = 3;

    /// <summary>Interrupted by Ctrl-C or SIGTERM; a training's state is saved. 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>Done, with or without skipped items.</summary>
    public static int After(int skipped) => skipped > 0 ? DoneWithSkipped : Done;
}
