namespace BTNet.Tests;
public sealed class SmokeTests { [Fact] public void It_runs() => Assert.True(System.Environment.ProcessorCount > 0); }
