using BTNet.Training; using BTNet.Training.Demo; using BTNet.Training.Native; using BTNet.Evaluation.Reports;
GlibcMemory.KeepForReuse();
var over = args.Skip(2).Where(a=>a.StartsWith("t.")).Select(a=>a[2..].Split('=',2)).ToDictionary(a=>a[0],a=>a[1]);
var bover = args.Skip(2).Where(a=>a.StartsWith("b.")).Select(a=>a[2..].Split('=',2)).ToDictionary(a=>a[0],a=>a[1]);
var watch = System.Diagnostics.Stopwatch.StartNew(); double last=0;
var obs = new TrainingObserver(new P(p=>{ if (watch.Elapsed.TotalSeconds-last>10||p.Step==p.Steps){last=watch.Elapsed.TotalSeconds; Console.WriteLine($"{p.What} {p.Step}/{p.Steps} ep {p.Epoch} loss {p.Loss:F3} {p.ImagesPerSecond:F1} im/s left {p.Left}");} }), Console.WriteLine);
var r = DemoRun.Run(new DemoOptions{Output=args[0],Seed=ulong.Parse(args[1]),TrunkOverrides=over,BranchOverrides=bover}, s=>Console.WriteLine(watch.Elapsed+" "+s), obs);
var t = PairTable.Compare(r.UpSampled, r.Branches);
Console.WriteLine(t.Title); Console.WriteLine(string.Join(" | ",t.Columns)); foreach (var row in t.Rows) Console.WriteLine(string.Join(" | ",row)); foreach(var n in t.Notes) Console.WriteLine(n);
Console.WriteLine(r.Seconds);
internal sealed class P(Action<TrainingProgress> a) : IProgress<TrainingProgress> { public void Report(TrainingProgress p)=>a(p); }
