namespace BTNet.Evaluation.Matlab;

/// <summary>
/// A MAT-file of level 5, MATLAB's own since version 5 (-v6) and compressed since 7 (-v7); see MathWorks, "MAT-File Format". Cell arrays, character arrays and real numbers are read, other
/// arrays named and passed over.
/// </summary>
internal sealed class MatFile
{
    private const long MostBytes = 256L << 20;
    private const string Expected = "a MAT-file";

    private readonly IReadOnlyList<(string Name, MatValue Value)> _variables;

    private MatFile(string path, IReadOnlyList<(string Name, MatValue Value)> variables) => (Path, _variables) = (path, variables);

    /// <summary>The file, for messages.</summary>
    public string Path { get; }

    /// <summary>The names of its variables, in its order.</summary>
    public IEnumerable<string> Names => _variables.Select(variable => variable.Name);

    /// <summary>A variable.</summary>
    /// <exception cref="InputException">There is none of that name.</exception>
    public MatValue this[string name]
    {
        get
        {
            foreach (var variable in _variables)
                if (variable.Name == name) return variable.Value;
            var held = _variables.Count == 0 ? "nothing" : string.Join(", ", _variables.Take(10).Select(variable => $"{Shown(variable.Name)} ({variable.Value.Description})"));
            throw new InputException($"{Path}: holds no variable {name}, but {held}; expected the list as its owners ship it");
        }
    }

    /// <summary>Reads a file of at most 256 MiB, whose compressed elements hold no more.</summary>
    /// <exception cref="InputException">There is no such file, it is none of this format, is of version 7.3, or is damaged.</exception>
    public static MatFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) throw new InputException($"{path}: is a folder; expected {Expected}");
        SpecialFile.Refuse(path, Expected);
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MostBytes) throw new InputException($"{path}: has {length:N0} bytes, more than the {MostBytes:N0} that are read; expected lists of names and numbers");
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: there is no such file; expected {Expected}", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({fault.Message}); expected {Expected}", fault);
        }
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="file">All of it; numbers keep referring to it.</param>
    /// <param name="path">Its path or name, for messages.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>.</exception>
    public static MatFile Parse(ReadOnlyMemory<byte> file, string path)
    {
        var bigEndian = MatHeader.IsBigEndian(file.Span, path);
        var input = new MatInput(file[MatHeader.Bytes..], bigEndian, path, MatHeader.Bytes);
        var inflater = new MatInflater(MostBytes);
        var variables = new List<(string, MatValue)>();
        while (input.Left > 0)
        {
            var element = input.Element();
            var within = input;
            if (element.Type == MatType.Compressed)
            {
                var at = element.At;
                within = new MatInput(inflater.Inflate(input, element), bigEndian, $"{path}, in the compressed element at byte {at}", 0);
                element = within.Element();
                if (within.Left > 0) throw within.Fault(within.At, $"{within.Left} bytes behind the only array that belongs there: the file is damaged. Fetch it again");
            }

            if (element.Type != MatType.Matrix) throw within.Fault(element.At, $"an element of {MatInput.Describe(element.Type)} where an array is expected: the file is damaged. Fetch it again");
            variables.Add(MatArrays.Read(within.Within(element)));
        }

        return new MatFile(path, variables);
    }

    private static string Shown(string name) => name.Length == 0 ? "one without a name" : Quoted.Shorten(name);
}
