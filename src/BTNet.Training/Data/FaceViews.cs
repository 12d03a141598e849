using System.Globalization;
using BTNet.Training.Randomness;

namespace BTNet.Training.Data;

/// <summary>Which view of an item an epoch shows, and what is random about it. A view is what is done to a picture before it is
/// reduced: flip, shift, turn, scale, bend, brightness and colour. It is all that the teacher of a branch sees; how the picture is reduced is no part of
/// it and is drawn anew at each epoch.</summary>
internal sealed class FaceViews(AugmentationOptions options, ulong seed)
{
    /// <summary>Raised whenever a view, or a blend of two pictures, comes out in other pixels than before: what a teacher made of the ones is nothing of the others.</summary>
    public const int Version = 1;

    private const ulong Purpose = 2;
    private const ulong OrderPurpose = 3;
    private const ulong ReductionPurpose = 4;
    private const ulong RepaintPurpose = 5;
    private const ulong CapturePurpose = 6;

    private readonly ulong _viewSeed = options.ViewSeed ?? seed;

    /// <summary>How many different views there are of an item; null where each epoch may show a new one. Without fixed views
    /// there are as many as a flip makes, if nothing else is varied.</summary>
    public int? Count => options.Views > 0 ? options.Views
        : options.ShiftPixels > 0 || options.BrightnessJitter > 0 || options.Repaints ? null
        : options.Flip ? 2 : 1;

    /// <summary>Whether a training of some epochs shows any view of an item a second time.</summary>
    public bool Repeat(int epochs) => options.Views > 0 ? epochs > options.Views : Count is not null && epochs > 1;

    /// <summary>The view of an item that an epoch shows, 0 to <see cref="Count"/> - 1. Fixed views each come once, in an order
    /// drawn anew, before any comes again.</summary>
    /// <exception cref="InvalidOperationException">There is no end of views.</exception>
    public int NumberOf(int epoch, int item)
    {
        if (options.Views > 0) return Turn(epoch, item);
        if (Count is null) throw new InvalidOperationException("each epoch shows a new view");
        return Random(epoch, item).NextBool() && options.Flip ? 1 : 0;
    }

    /// <summary>What draws the view of an item that an epoch shows, and what then draws how it is reduced: without fixed views
    /// one sequence, so that such a training draws what it drew before there were any.</summary>
    public (SeededRandom View, SeededRandom Reduction) Draws(int epoch, int item)
    {
        if (options.Views > 0) return (Random(Turn(epoch, item), item), new SeededRandom(seed, ReductionPurpose, (ulong)epoch, (ulong)item));
        var random = Random(epoch, item);
        return (random, random);
    }

    /// <summary>What draws the rest of a view, turn, scale and colour: a sequence of its own, so that what was drawn before there was
    /// such a rest is drawn still.</summary>
    public SeededRandom Repaint(int epoch, int item) => RepaintOf(options.Views > 0 ? Turn(epoch, item) : epoch, item);

    /// <summary>What draws a fixed view by its number, and the rest of it.</summary>
    public (SeededRandom View, SeededRandom Repaint) Fixed(int number, int item) => (Random(number, item), RepaintOf(number, item));

    /// <summary>All that fixed views depend on, as text.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture,
        $"{(options with { RandomKernel = false, Reduction = new ReductionOptions(), ViewSeed = null })} {_viewSeed}");

    /// <summary>What draws the rest of how it is reduced, anew at each epoch: a sequence of its own, too.</summary>
    public SeededRandom Capture(int epoch, int item) => new(seed, CapturePurpose, (ulong)epoch, (ulong)item);

    private SeededRandom RepaintOf(int number, int item) => new(_viewSeed, RepaintPurpose, (ulong)number, (ulong)item);

    private SeededRandom Random(int number, int item) => new(_viewSeed, Purpose, (ulong)number, (ulong)item);

    private int Turn(int epoch, int item)
    {
        Span<int> order = stackalloc int[options.Views];
        for (var view = 0; view < order.Length; view++) order[view] = view;
        new SeededRandom(seed, OrderPurpose, (ulong)(epoch / order.Length), (ulong)item).Shuffle(order);
        return order[epoch % order.Length];
    }
}
