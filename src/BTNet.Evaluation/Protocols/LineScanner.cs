namespace BTNet.Evaluation.Protocols;

/// <summary>The lines of a text one after another in one buffer, for files of millions of them: nothing is allocated for a line. Lines end with LF, with or without CR before it.</summary>
internal sealed class LineScanner(TextReader text)
{
    /// <summary>Characters in a line; of a longer one only its end is passed over.</summary>
    public const int Longest = 1 << 16;

    private readonly char[] _buffer = new char[Longest + 2];
    private int _start;
    private int _end;
    private int _length;
    private bool _over;

    /// <summary>The number of the line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Whether the line is longer than <see cref="Longest"/>, so that it is not given.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The line without its end; valid until the next one is read.</summary>
    public ReadOnlySpan<char> Line => _buffer.AsSpan(_start - _length, IsTooLong ? 0 : _length).TrimEnd("\r\n");

    /// <summary>Goes on to the next line; false at the end.</summary>
    public bool Next()
    {
        (IsTooLong, _length) = (false, 0);
        var searched = 0;
        while (true)
        {
            var end = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf('\n');
            if (end >= 0) return Take(searched + end + 1);
            searched = _end - _start;
            if (_over) return searched > 0 ? Take(searched) : IsTooLong && Counted();
            if (searched >= _buffer.Length)
            {
                (IsTooLong, _start, _end, searched) = (true, 0, 0, 0);
            }
            else if (_start > 0)
            {
                _buffer.AsSpan(_start, searched).CopyTo(_buffer);
                (_start, _end) = (0, searched);
            }

            var read = text.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0) _over = true;
            _end += read;
        }
    }

    private bool Take(int length)
    {
        (_start, _length) = (_start + length, length);
        return Counted();
    }

    private bool Counted()
    {
        Number++;
        return true;
    }
}
