using BTNet.Training.Native;
using Mono.Cecil;
using Mono.Cecil.Cil;
using TorchSharp;

namespace BTNet.Training.Tests.Native;

/// <summary>
/// TorchSharp hands a scalar's address to libtorch without keeping the scalar: a garbage collection on another thread,
/// and the loader's threads make plenty, may free it while libtorch reads it. So scalars come from
/// <see cref="LastingScalar"/>, and nothing is called that makes one on the way.
/// </summary>
public sealed class ScalarLifetimeTests
{
    private const string Scalar = "TorchSharp.Scalar";

    [Fact]
    public void No_scalar_is_made_that_nothing_holds_while_libtorch_reads_it()
    {
        using var torch = AssemblyDefinition.ReadAssembly(typeof(torch).Assembly.Location);
        var makers = Makers(torch);
        Assert.Contains("TorchSharp.torch/Tensor TorchSharp.torch/Tensor::add_(TorchSharp.torch/Tensor)", makers);
        using var training = AssemblyDefinition.ReadAssembly(typeof(LastingScalar).Assembly.Location);

        var offenders = from method in Methods(training)
                        where method.DeclaringType.Name != nameof(LastingScalar)
                        from called in Calls(method)
                        where makers.Contains(called.FullName)
                        select $"{method.DeclaringType.Name}.{method.Name}: {called.FullName}";

        Assert.Equal([], offenders.Distinct());
    }

    [Fact]
    public void A_scalar_outlives_the_call_that_it_is_made_for_and_not_the_run()
    {
        var first = Make();
        for (var i = 1; i < LastingScalar.Kept; i++) LastingScalar.Of(i);
        Collect();
        Assert.True(first.IsAlive);

        LastingScalar.Of(0);
        Collect();
        Assert.False(first.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Make() => new(LastingScalar.Of(0.5));

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>Methods that make a scalar, or call one that does, within the library.</summary>
    private static HashSet<string> Makers(AssemblyDefinition library)
    {
        var calls = Methods(library).ToDictionary(method => method.FullName, method => Calls(method).Select(called => called.FullName).ToHashSet());
        var makers = calls.Keys.Where(name => name.StartsWith($"{Scalar} {Scalar}::op_Implicit", StringComparison.Ordinal)
            || (name.Contains("ToScalar(") && name.StartsWith(Scalar, StringComparison.Ordinal))).ToHashSet();
        for (var before = 0; before != makers.Count;)
        {
            before = makers.Count;
            makers.UnionWith(calls.Where(method => method.Value.Overlaps(makers)).Select(method => method.Key).ToList());
        }

        return makers;
    }

    private static IEnumerable<MethodDefinition> Methods(AssemblyDefinition assembly) =>
        assembly.MainModule.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    private static IEnumerable<MethodReference> Calls(MethodDefinition method) => method.Body.Instructions
        .Where(instruction => instruction.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj or Code.Ldftn)
        .Select(instruction => (MethodReference)instruction.Operand);
}
