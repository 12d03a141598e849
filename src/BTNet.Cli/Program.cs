using BTNet.Cli;
using BTNet.Cli.Output;
using BTNet.Training.Native;

// Before anything of torch is touched: it holds for memory that is asked for from here on.
var memoryIsKept = GlibcMemory.KeepForReuse();
var terminal = Terminal.OfProcess();
return Failures.Guard(terminal, () => CommandLine.Run(args, terminal, memoryIsKept));
