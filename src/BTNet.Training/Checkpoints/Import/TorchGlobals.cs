using BTNet.Evaluation.Pickles;

namespace BTNet.Training.Checkpoints.Import;

/// <summary>The names that <c>torch.save</c> writes a state dict with.</summary>
internal static class TorchGlobals
{
    public const string Expected = "a PyTorch state dict";

    public static PickleGlobals Table { get; } = Create();

    /// <summary>A storage from its persistent id: ('storage', type, key, device, count).</summary>
    public static object Storage(PickleCall call)
    {
        if (call.Arguments is not [PickleTuple { Items: ["storage", PickleName name, string key, _, long count] }]
            || TorchElementTypes.Of(name) is not { } type)
            throw call.Fault($"is {(call.Arguments[0] as PickleTuple)?.Items.Count.ToString() ?? "no"} values that do not name a storage (type, key, device, count)");
        if (count < 0 || count > long.MaxValue / type.Size()) throw call.Fault($"storage '{key}' has {count} elements");
        return new TorchStorage(key, type, count);
    }

    private static PickleGlobals Create() => new PickleGlobals(
            Expected,
            "If you know where it comes from, save only the numbers in PyTorch: torch.save(model.state_dict(), path).")
        .AllowBytes()
        .AllowNumpy()
        .AllowOrderedDictionary()
        .AllowNames(TorchElementTypes.StorageNames)
        .Allow("torch.Size", static call => call.Argument<PickleTuple>(0, "the sizes"))
        .Allow("torch._utils._rebuild_tensor", Tensor)
        .Allow("torch._utils._rebuild_tensor_v2", Tensor)
        .Allow("torch._utils._rebuild_parameter", static call => call.Argument<TorchTensor>(0, "the parameter's tensor"))
        .Allow("torch._utils._rebuild_parameter_with_state", static call => call.Argument<TorchTensor>(0, "the parameter's tensor"));

    // (storage, offset, size, stride), then what training needs: requires_grad, hooks, metadata.
    private static TorchTensor Tensor(PickleCall call)
    {
        var (tensor, fault) = TorchTensor.Create(
            call.Argument<TorchStorage>(0, "the storage"),
            call.Argument<long>(1, "the offset"),
            Integers(call, 2, "the size"),
            Integers(call, 3, "the stride"));
        return tensor ?? throw call.Fault(fault!);
    }

    private static long[] Integers(PickleCall call, int index, string what)
    {
        var items = call.Argument<PickleTuple>(index, what).Items;
        if (items.Count > 64) throw call.Fault($"{what} has {items.Count} axes");
        return [.. items.Select(item => item is long value ? value : throw call.Fault($"{what} holds something other than integers"))];
    }
}
