using System.Text;

namespace BTNet.Evaluation.Matlab;

/// <summary>Reads what the data of a matrix element say: flags, sides, a name, and then what its class has.</summary>
internal static class MatArrays
{
    private const int MostDepth = 16;
    private const int MostSides = 32;
    private const int MostNameBytes = 1024;
    private const int FlagBytes = 8;
    private const int LeastCellBytes = 8; // a tag
    private const int Complex = 0x08;

    /// <param name="input">The data.</param>
    /// <param name="depth">Cell arrays around it.</param>
    public static (string Name, MatValue Value) Read(MatInput input, int depth = 0)
    {
        if (input.Left == 0) return ("", MatNumbers.Empty);
        if (depth > MostDepth) throw input.Fault(input.At, $"cell arrays within each other, more than {MostDepth} deep; expected lists of names and numbers");
        var flags = input.Element(MatType.UInt32, "an array's flags");
        if (flags.Data.Length != FlagBytes) throw input.Fault(flags.At, $"an array's flags have {flags.Data.Length} bytes instead of {FlagBytes}: the file is damaged. Fetch it again");
        var word = input.Word(flags.Data.Span);
        var (kind, complex) = ((MatClass)(word & 0xFF), ((word >> 8) & Complex) != 0);
        // An object of MATLAB's newer kind has no sides.
        if (kind == MatClass.Opaque) return (Name(input), new MatSkipped("an object"));
        var (sides, count) = Sides(input);
        var name = Name(input);
        return (name, kind switch
        {
            MatClass.Cell => Cells(input, sides, count, depth),
            MatClass.Char => MatCharacters.Read(input, sides, count, input.Left == 0 && count == 0 ? new MatElement(MatType.Utf8, default, input.At) : input.Element()),
            >= MatClass.Double and <= MatClass.UInt64 when complex => new MatSkipped($"complex {kind.ToString().ToLowerInvariant()} numbers"),
            >= MatClass.Double and <= MatClass.UInt64 => Numbers(input, sides, count, kind.ToString().ToLowerInvariant()),
            MatClass.Struct => new MatSkipped("a struct"),
            MatClass.Object => new MatSkipped("an object"),
            MatClass.Sparse => new MatSkipped("a sparse matrix"),
            MatClass.FunctionHandle => new MatSkipped("a function handle"),
            _ => throw input.Fault(flags.At, $"an array of class {(int)kind}, which there is not: the file is damaged. Fetch it again"),
        });
    }

    private static (int[] Sides, int Count) Sides(MatInput input)
    {
        var stored = input.Element(MatType.Int32, "an array's sides");
        var number = stored.Data.Length / sizeof(int);
        if (number is < 2 or > MostSides || stored.Data.Length % sizeof(int) != 0) throw input.Fault(stored.At, $"an array's sides have {stored.Data.Length} bytes; expected four a side and 2 to {MostSides} sides. The file is damaged, fetch it again");
        var sides = new int[number];
        UInt128 count = 1; // of 32 sides it may pass 64 bits, but then it has left the range long before
        for (var i = 0; i < number; i++)
        {
            sides[i] = (int)input.Word(stored.Data.Span[(i * sizeof(int))..]);
            if (sides[i] < 0) throw input.Fault(stored.At, $"an array has a side of {sides[i]}: the file is damaged. Fetch it again");
            count = UInt128.Min(count, ulong.MaxValue) * (uint)sides[i];
        }

        return count <= int.MaxValue ? (sides, (int)count) : throw input.Fault(stored.At, $"an array of {string.Join(" x ", sides)} has more members than a file has room for: the file is damaged. Fetch it again");
    }

    private static string Name(MatInput input)
    {
        var stored = input.Element(MatType.Int8, "an array's name");
        return stored.Data.Length <= MostNameBytes ? Encoding.Latin1.GetString(stored.Data.Span) : throw input.Fault(stored.At, $"an array's name of {stored.Data.Length} characters: the file is damaged. Fetch it again");
    }

    private static MatCells Cells(MatInput input, int[] sides, int count, int depth)
    {
        if (count > input.Left / LeastCellBytes) throw input.Fault(input.At, $"a cell array of {count} cells where {input.Left} bytes are left: the file is cut off or damaged. Fetch it again");
        var cells = new MatValue[count];
        for (var i = 0; i < count; i++) cells[i] = Read(input.Within(input.Element(MatType.Matrix, "the contents of a cell")), depth + 1).Value;
        return new MatCells(sides, cells);
    }

    private static MatNumbers Numbers(MatInput input, int[] sides, int count, string kind)
    {
        if (count == 0 && input.Left == 0) return new MatNumbers(sides, kind, MatType.Double, default, input.BigEndian);
        var stored = input.Element();
        if (MatNumbers.SizeOf(stored.Type) is not { } size) throw input.Fault(stored.At, $"numbers are stored as {MatInput.Describe(stored.Type)}: the file is damaged. Fetch it again");
        if (stored.Data.Length != (long)size * count) throw input.Fault(stored.At, $"an array of {string.Join(" x ", sides)} numbers has {stored.Data.Length} bytes instead of {(long)size * count}: the file is cut off or damaged. Fetch it again");
        return new MatNumbers(sides, kind, stored.Type, stored.Data, input.BigEndian);
    }
}
