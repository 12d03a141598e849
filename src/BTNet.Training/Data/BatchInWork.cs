using System.Runtime.ExceptionServices;
using BTNet.Resolutions;

namespace BTNet.Training.Data;

/// <summary>A batch whose pictures the workers fill in, each a place of its own, in any order.</summary>
internal sealed class BatchInWork(PlannedBatch plan, byte[] full, byte[]? reduced, int reducedSide)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InputException?[] _broken = new InputException?[plan.Items.Length];
    private ExceptionDispatchInfo? _failure;
    private int _left = plan.Items.Length;

    public static int FullBytes { get; } = 3 * Resolution.Full.Side * Resolution.Full.Side;

    public PlannedBatch Plan => plan;

    /// <summary>Ends when every place was filled in or found broken.</summary>
    public Task Done => _done.Task;

    private int ReducedBytes => 3 * reducedSide * reducedSide;

    /// <summary>Prepares one picture; called by a worker, once for each place.</summary>
    public void Fill(int place, IFaceSource source, FaceAugmenter augmenter, IKnownViews? known)
    {
        try
        {
            var item = plan.Items[place];
            var image = source.Load(item);
            var isKnown = known is not null && known.Knows(plan.Step, item, augmenter.Views.NumberOf(plan.Epoch, item));
            augmenter.Write(
                image, plan.Epoch, item, isKnown ? default : full.AsSpan(place * FullBytes, FullBytes), reduced.AsSpan(place * ReducedBytes, ReducedBytes));
        }
        catch (InputException e)
        {
            _broken[place] = e;
        }
        catch (Exception e)
        {
            // Whatever it is, it is thrown again where the batch is asked for: a worker has nobody to throw to.
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }

        if (Interlocked.Decrement(ref _left) == 0) _done.SetResult();
    }

    /// <summary>Throws what went wrong in a worker, broken pictures apart.</summary>
    public void ThrowIfFailed() => Volatile.Read(ref _failure)?.Throw();

    /// <summary>What is wrong with the picture at a place; null where nothing is.</summary>
    public InputException? BrokenAt(int place) => _broken[place];

    /// <summary>The finished batch, without the broken pictures.</summary>
    public FaceBatch Finish(IFaceSource source, FaceViews views, Action<byte[], byte[]?> recycle)
    {
        int[] whole = [.. Enumerable.Range(0, plan.Items.Length).Where(place => _broken[place] is null)];
        var items = Array.ConvertAll(whole, place => plan.Items[place]);
        var labels = Array.ConvertAll(items, item => (long)source.LabelOf(item));
        int[] shown = views.Count is null ? [] : Array.ConvertAll(items, item => views.NumberOf(plan.Epoch, item));
        if (whole.Length == plan.Items.Length) return new FaceBatch(plan, items, labels, full, reduced, reducedSide, recycle) { Views = shown };
        var batch = new FaceBatch(
            plan, items, labels, Gather(full, whole, FullBytes), reduced is null ? null : Gather(reduced, whole, ReducedBytes), reducedSide, recycle: null) { Views = shown };
        recycle(full, reduced);
        return batch;
    }

    /// <summary>The bytes of some pictures, one behind the other.</summary>
    public static byte[] Gather(byte[] from, int[] places, int bytes)
    {
        var gathered = new byte[places.Length * bytes];
        foreach (var (to, place) in places.Index()) Array.Copy(from, place * bytes, gathered, to * bytes, bytes);
        return gathered;
    }
}
