using System.Text;
using BTNet.Faces;
using BTNet.TestSupport;
using FsCheck.Xunit;

namespace BTNet.Tests.Faces;

public sealed class LandmarkFileTests
{
    private const string Header = "file,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y,mouth_left_x,mouth_left_y,mouth_right_x,mouth_right_y";

    private const string Face = "38.2946,51.6963,73.5318,51.5014,56.0252,71.7366,41.5493,92.3655,70.7299,92.2041";

    [Fact]
    public void A_line_is_a_face()
    {
        var faces = Read($"{Header}\na.jpg,{Face}\n");
        Assert.Equal(FaceTemplate.Points(112, 5), Assert.Single(faces["a.jpg"]).Points);
    }

    [Fact]
    public void A_picture_with_several_faces_has_them_in_order()
    {
        var faces = Read("file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\na.jpg,1,2,3,4\nb.jpg,5,6,7,8\na.jpg,9,10,11,12\n");
        Assert.Equal(["a.jpg", "b.jpg"], faces.Keys.Order());
        Assert.Equal([1.0, 9.0], faces["a.jpg"].Select(face => face.Points[0].X));
        Assert.Equal([new ImagePoint(5, 6), new(7, 8)], faces["b.jpg"][0].Points);
    }

    [Fact]
    public void Columns_stand_in_any_order_and_others_are_passed_over()
    {
        var faces = Read(" right_eye_y ,score,right_eye_x,file,left_eye_y,comment,left_eye_x\n4,0.9,3,a.jpg,2,\"a, \"\"b\"\"\",1\n");
        Assert.Equal([new ImagePoint(1, 2), new(3, 4)], faces["a.jpg"][0].Points);
    }

    [Fact]
    public void Names_in_quotes_may_hold_commas_quotes_and_line_breaks_and_spaces_stay()
    {
        var faces = Read("file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\r\n\"a, \"\"b\"\"\r\nc.jpg\",1,2,3,4\r\n d .jpg,1,2,\"3\", 4\r\n");
        Assert.Equal([" d .jpg", "a, \"b\"\r\nc.jpg"], faces.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Line_breaks_of_any_system_blank_lines_and_a_missing_last_one_do_no_harm(string lineBreak)
    {
        var text = string.Join(lineBreak, "file,left_eye_x,left_eye_y,right_eye_x,right_eye_y", "a.jpg,1,2,3,4", "", "  ", "b.jpg,1,2,3,4");
        Assert.Equal(2, Read(text).Count);
        var broken = Assert.Throws<InputException>(() => Read(text + lineBreak + "c.jpg"));
        Assert.Contains("line 6: has 1 values", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_of_utf8_at_the_start_and_names_beyond_ascii_are_read()
    {
        var faces = Read([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"{Header}\nZoë 東.jpg,{Face}\n")]);
        Assert.Equal("Zoë 東.jpg", Assert.Single(faces).Key);
    }

    [Fact]
    public void A_table_without_faces_has_none() => Assert.Empty(Read(Header));

    [Fact]
    public void Every_fault_is_named_with_its_line()
    {
        var fault = Assert.Throws<InputException>(() => Read(
            $"{Header}\na.jpg,{Face}\nb.jpg,{Face.Replace("38.2946", "left", StringComparison.Ordinal).Replace("92.2041", "", StringComparison.Ordinal)}\n"
            + $"c.jpg,1,2\n,{Face}\nd.jpg,{Face.Replace("56.0252", "NaN", StringComparison.Ordinal)}\ne.jpg,1,1,1,1,1,1,1,1,1,1\n"));
        Assert.StartsWith("table.csv: 6 faults", fault.Message, StringComparison.Ordinal);
        string[] expected = ["line 3: left_eye_x is 'left';", "line 3: mouth_right_y is '';", "line 4: has 3 values;", "line 5: file is empty;", "line 6: (NaN, 71.7366) is no place", "line 7: the points lie in one place;"];
        Assert.Equal(expected.Length, fault.Faults.Count);
        Assert.All(expected.Zip(fault.Faults), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_many_faults_twenty_are_named_and_all_are_counted()
    {
        var fault = Assert.Throws<InputException>(() => Read(Header + string.Concat(Enumerable.Repeat("\na.jpg,1", 50))));
        Assert.Equal(20, fault.Faults.Count);
        Assert.Contains("50 faults", fault.Message, StringComparison.Ordinal);
        Assert.Contains("and 30 more", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty; expected a line of column names")]
    [InlineData("file,left_eye_x\n", "there is no column left_eye_y")]
    [InlineData("name,left_eye_x,left_eye_y,right_eye_x,right_eye_y\n", "there is no column file")]
    [InlineData("file,file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\n", "there are 2 columns file")]
    [InlineData("file,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y\n", "there is no column mouth_left_x")]
    [InlineData("file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\na.jpg,1,2,3,4\n\"b.jpg,1,2,3,4\nc.jpg,1,2,3,4\n", "line 3: a quote is not closed")]
    public void What_is_wrong_with_the_table_is_told(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<InputException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_line_without_end_is_refused_before_it_is_in_memory()
    {
        var text = $"{Header}\n\"{new string('x', 1 << 20)}";
        Assert.Contains("line 2: a quote is not closed, or the line is longer", Assert.Throws<InputException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused() =>
        Assert.Contains("UTF-8", Assert.Throws<InputException>(() => Read([.. Encoding.UTF8.GetBytes(Header), (byte)'\n', 0xE9, (byte)','])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_or_a_folder_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such file", Assert.Throws<InputException>(() => LandmarkFile.Read(folder.File("none.csv"))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<InputException>(() => LandmarkFile.Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Single(LandmarkFile.Read(folder.WriteText("faces.csv", $"{Header}\na.jpg,{Face}\n")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_damaged_table_is_read_or_refused_and_nothing_else(int seed)
    {
        var (read, refused) = (0, 0);
        foreach (var bytes in Mutations.Of(Encoding.UTF8.GetBytes($"{Header},note\na.jpg,{Face},\"x, \"\"y\"\"\"\r\nb.jpg,{Face},\n"), 3000, seed))
        {
            if (IsRead(bytes)) read++;
            else refused++;
        }

        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    [Property(MaxTest = 500)]
    public void Any_bytes_are_read_or_refused_and_nothing_else(byte[] bytes)
    {
        IsRead(bytes);
        IsRead([.. Encoding.UTF8.GetBytes(Header), (byte)'\n', .. bytes]);
        // More of what means something here.
        IsRead([.. Encoding.UTF8.GetBytes("file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\n"), .. bytes.Select(one => (byte)"\",\r\n0123e- "[one % 11])]);
    }

    [Property]
    public void What_is_written_as_csv_allows_comes_back(string?[] names)
    {
        string[] files = [.. names.Select(name => (name ?? "").Replace('\0', '0')).Where(name => name.Length > 0 && !name.Any(char.IsSurrogate)).Distinct(StringComparer.Ordinal)];
        var lines = files.Select((file, i) => $"\"{file.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{i},0,{i + 1},0");
        var faces = Read("file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\n" + string.Join('\n', lines));
        Assert.Equal(files.Length, faces.Count);
        for (var i = 0; i < files.Length; i++) Assert.Equal(i, faces[files[i]][0].Points[0].X);
    }

    private static bool IsRead(byte[] bytes)
    {
        try
        {
            Read(bytes);
            return true;
        }
        catch (InputException fault)
        {
            Assert.StartsWith("table.csv: ", fault.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<FaceLandmarks>> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static IReadOnlyDictionary<string, IReadOnlyList<FaceLandmarks>> Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return LandmarkFile.Read(stream, "table.csv");
    }
}
