using System.Text;

namespace BTNet.Faces;

/// <summary>Reads comma-separated values record by record: cells in double quotes may hold commas, line breaks and doubled quotes.</summary>
internal sealed class CsvReader(TextReader text)
{
    /// <summary>The most characters of one record, so that a forgotten quote does not take the whole file into memory.</summary>
    public const int LongestRecord = 1 << 16;

    private readonly StringBuilder _cell = new();
    private int _nextLine = 1;

    /// <summary>The line, from 1, that the record begins on.</summary>
    public int Line { get; private set; }

    /// <summary>Whether the record has no end: a quote is not closed, or it is longer than <see cref="LongestRecord"/>. Nothing after it can be read.</summary>
    public bool IsEndless { get; private set; }

    /// <summary>Reads the next record.</summary>
    /// <param name="cells">Takes its cells, without quotes.</param>
    /// <returns>False at the end, and after a record without one.</returns>
    public bool Read(List<string> cells)
    {
        cells.Clear();
        if (IsEndless || text.Peek() < 0) return false;
        Line = _nextLine;
        var (quoted, length) = (false, 0);
        for (int one; (one = text.Read()) >= 0;)
        {
            var character = (char)one;
            var endsLine = character == '\n' || (character == '\r' && text.Peek() != '\n');
            if (endsLine) _nextLine++;
            if (++length > LongestRecord)
            {
                IsEndless = true;
                break;
            }

            if (quoted && (character != '"' || text.Peek() == '"')) _cell.Append(character == '"' ? (char)text.Read() : character);
            else if (quoted) quoted = false;
            else if (endsLine) break;
            else if (character == '"' && _cell.Length == 0) quoted = true;
            else if (character == ',') EndCell(cells);
            else if (character != '\r' || text.Peek() != '\n') _cell.Append(character);
        }

        EndCell(cells);
        IsEndless |= quoted;
        return true;
    }

    private void EndCell(List<string> cells)
    {
        cells.Add(_cell.ToString());
        _cell.Clear();
    }
}
