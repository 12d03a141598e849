namespace BTNet.Inference;

/// <summary>
/// Releases something when nobody uses it any more: at once when it is disposed, or with the end of the last call that is inside.
/// Native memory that goes while a network runs in it ends the process.
/// </summary>
/// <param name="owner">Whom a call after the end is told of.</param>
/// <param name="release">Called once, when the last use has ended.</param>
internal sealed class LastUse(object owner, Action release) : IDisposable
{
    private readonly Lock _gate = new();
    private int _uses;
    private bool _ended;

    /// <summary>Begins a use, which ends when what is returned is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    public Use Begin()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, owner);
            _uses++;
        }

        return new Use(this);
    }

    /// <summary>Lets nobody in any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ended) return;
            _ended = true;
            if (_uses > 0) return;
        }

        release();
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_uses > 0 || !_ended) return;
        }

        release();
    }

    /// <summary>A use; to be disposed once.</summary>
    public readonly struct Use(LastUse of) : IDisposable
    {
        /// <summary>Ends it.</summary>
        public void Dispose() => of.End();
    }
}
