using TorchSharp;
Console.WriteLine(torch.__version__);
var sw = System.Diagnostics.Stopwatch.StartNew();
using var x = torch.randn(8, 3, 112, 112);
using var c = torch.nn.Conv2d(3, 64, 3);
Console.WriteLine(c.call(x).mean().item<float>());
