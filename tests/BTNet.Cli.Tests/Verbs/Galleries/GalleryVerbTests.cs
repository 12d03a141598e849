using System.Text.Json;
using BTNet.Faces;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs.Galleries;

/// <summary>The tiny model, which knows nothing of faces but gives the same picture the same embedding.</summary>
public sealed class GalleryVerbTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Gallery => _folder.File("people.gallery");

    private string One => Path.Combine(tiny.Faces, "person1", "0.jpg");

    [Fact]
    public void A_folder_is_enrolled_whoever_is_on_a_picture_is_found_first_and_the_same_command_again_changes_nothing()
    {
        // To a model that knows nothing of faces the mean of a person's is like none of them.
        Assert.Contains("an empty gallery for", Create("--templates", "max").Output, StringComparison.Ordinal);
        var pictures = Directory.GetFiles(tiny.Faces, "*", SearchOption.AllDirectories).Length;
        var people = Directory.GetDirectories(tiny.Faces).Length;
        Assert.Contains($"{pictures} faces enrolled of {people} people, {people} of whom are new; 0 pictures were there already", Enroll(tiny.Faces).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains($"0 faces enrolled of {people} people, 0 of whom are new; {pictures} pictures were there already", Enroll(tiny.Faces).Expect(0).Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(Btnet.Run("gallery", "identify", Gallery, One, "--model", package.Path, "--top", "2", "--json").Expect(0).Output);
        var search = json.RootElement.GetProperty("searches")[0];
        Assert.Equal((people, One), (json.RootElement.GetProperty("enrolled").GetInt32(), search.GetProperty("picture").GetString()));
        Assert.Equal(("person1", "person1"), (search.GetProperty("candidates")[0].GetProperty("id").GetString(), search.GetProperty("candidates")[0].GetProperty("name").GetString()));
        Assert.Equal(1, search.GetProperty("candidates")[0].GetProperty("score").GetDouble(), 1e-5);
        Assert.Equal(pictures, json.RootElement.GetProperty("faces").GetInt32());
        var table = Btnet.Run("gallery", "identify", Gallery, Path.Combine(tiny.Faces, "person1"), "--model", package.Path, "--top", "1").Expect(0).Output;
        Assert.Contains($"faces searched for among {people} people", table, StringComparison.Ordinal);
        Assert.Equal(Directory.GetFiles(Path.Combine(tiny.Faces, "person1")).Length, table.Split('\n').Count(line => line.Contains("| person1 |", StringComparison.Ordinal) || line.Contains(" person1 | person1 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_table_is_enrolled_with_names_and_attributes_that_searches_and_lists_go_by()
    {
        var table = Path.Combine(tiny.Faces, "..", $"{Guid.NewGuid():N}.csv");
        var folder = Path.GetFileName(tiny.Faces);
        File.WriteAllText(table, $"file,id,name,site\n{folder}/person0/0.jpg,7,\"Müller, Anna\",north\n{folder}/person0/1.jpg,7,,north\n{folder}/person1/0.jpg,8,王小明,south\n{folder}/missing.jpg,9,Nobody,south\n");
        try
        {
            Create();
            var ended = Btnet.Run("gallery", "enroll", Gallery, "--csv", table, "--model", package.Path).Expect(3);
            Assert.Contains("3 faces enrolled of 2 people", ended.Output, StringComparison.Ordinal);
            Assert.Contains("missing.jpg", ended.Errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(table);
        }

        using var listed = JsonDocument.Parse(Btnet.Run("gallery", "list", Gallery, "--where", "site=north", "--json").Expect(0).Output);
        var anna = listed.RootElement.EnumerateArray().Single();
        Assert.Equal(("7", "Müller, Anna", 2), (anna.GetProperty("id").GetString(), anna.GetProperty("name").GetString(), anna.GetProperty("templates").GetArrayLength()));
        var all = Btnet.Run("gallery", "list", Gallery).Expect(0).Output;
        foreach (var part in (string[])["2 people", "王小明", "site=south"]) Assert.Contains(part, all, StringComparison.Ordinal);
        using var found = JsonDocument.Parse(Btnet.Run("gallery", "identify", Gallery, One, "--model", package.Path, "--where", "site=north", "--json").Expect(0).Output);
        Assert.Equal(["7"], found.RootElement.GetProperty("searches")[0].GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("id").GetString()));
    }

    [Fact]
    public void Without_a_calibration_there_is_no_decision_and_that_is_said_and_with_one_there_is()
    {
        Create();
        Enroll(tiny.Faces).Expect(0);
        Assert.Contains("No decision where the model is not calibrated", Btnet.Run("gallery", "identify", Gallery, One, "--model", package.Path).Expect(0).Output, StringComparison.Ordinal);
        Refused("'often' is no rate of false alarms", "gallery", "identify", Gallery, One, "--model", package.Path, "--false-alarms", "often");

        // The model that comes with the program is calibrated.
        var real = _folder.File("real.gallery");
        Btnet.Run("gallery", "create", real).Expect(0);
        Btnet.Run("gallery", "enroll", real, tiny.Faces).Expect(0);
        using var json = JsonDocument.Parse(Btnet.Run("gallery", "identify", real, One, "--false-alarms", "1/100", "--json").Expect(0).Output);
        var search = json.RootElement.GetProperty("searches")[0];
        Assert.Equal((0.01, "match", 0), (json.RootElement.GetProperty("falseAlarms").GetDouble(), search.GetProperty("decision").GetString(), json.RootElement.GetProperty("undecided").GetArrayLength()));
        var (match, unsure) = (search.GetProperty("matchFrom").GetDouble(), search.GetProperty("unsureFrom").GetDouble());
        Assert.True(unsure <= match && match < 1);
        Assert.InRange(search.GetProperty("candidates")[0].GetProperty("stranger").GetDouble(), 0, 0.01);
        Assert.Contains("at most 1 false alarm in 1,000 strangers", Btnet.Run("gallery", "identify", real, One).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_attributes_of_pictures_that_are_there_are_brought_up_to_the_tables()
    {
        Create();
        string Table(params string[] lines) => _folder.WriteText("people.csv", string.Join('\n', ["file,id,name,site", .. lines]));
        string Line(int picture, string rest) => $"{Path.Combine(tiny.Faces, "person0", $"{picture}.jpg")},7,{rest}";
        string Enrolled(params string[] lines) => Btnet.Run("gallery", "enroll", Gallery, "--csv", Table(lines), "--model", package.Path).Expect(0).Output;
        Assert.DoesNotContain("brought up to date", Enrolled(Line(0, "Anna,north"), Line(1, ",")), StringComparison.Ordinal);
        Assert.DoesNotContain("brought up to date", Enrolled(Line(0, "Anna,north"), Line(1, ",")), StringComparison.Ordinal);
        Assert.Contains("0 faces enrolled of 1 people, 0 of whom are new; 2 pictures were there already; names or attributes of 1 people were brought up to date", Enrolled(Line(0, "Anne,"), Line(1, ",south")), StringComparison.Ordinal);
        // With a new picture as well.
        Assert.Contains("1 faces enrolled of 1 people, 0 of whom are new; 1 pictures were there already; names or attributes of 1 people", Enrolled(Line(0, "Anne,west"), Line(2, ",")), StringComparison.Ordinal);
        using var listed = JsonDocument.Parse(Btnet.Run("gallery", "list", Gallery, "--json").Expect(0).Output);
        var anna = listed.RootElement.EnumerateArray().Single();
        Assert.Equal(("Anne", "west", 3), (anna.GetProperty("name").GetString(), anna.GetProperty("attributes").GetProperty("site").GetString(), anna.GetProperty("templates").GetArrayLength()));
    }

    [Fact]
    public async Task Faces_that_other_networks_enrolled_give_no_decision_and_that_is_said()
    {
        Btnet.Run("gallery", "create", Gallery).Expect(0);
        Btnet.Run("gallery", "enroll", Gallery, tiny.Faces).Expect(0);
        JsonElement Identified(params string[] options) => JsonDocument.Parse(Btnet.Run(["gallery", "identify", Gallery, One, "--json", "--top", "1", .. options]).Expect(0).Output).RootElement;
        Assert.Equal("match", Identified().GetProperty("searches")[0].GetProperty("decision").GetString());

        // Of the same trunk, and nearer to the picture than what the model made of it.
        await using (var gallery = EmbeddedGallery.Open(Gallery))
        {
            using var embedder = BTNet.Inference.FaceEmbedder.Load(Path.Combine(Repository.Root, "models", "faces"));
            await using var other = EmbeddedGallery.Open(Gallery, embedder.Model with { Fingerprint = "0123456789abcdef", Networks = "others" });
            await gallery.RemoveAsync(["person1"], TestContext.Current.CancellationToken);
            await other.EnrolAsync([new Enrolment("twin", [new EnrolledFace(embedder.Embed(FaceDecoder.DecodeFile(One)).Values.ToArray(), BTNet.Resolutions.Resolution.Full)])], TestContext.Current.CancellationToken);
        }

        var found = Identified();
        Assert.Equal(("twin", JsonValueKind.Null), (found.GetProperty("searches")[0].GetProperty("candidates")[0].GetProperty("id").GetString(), found.GetProperty("searches")[0].GetProperty("decision").ValueKind));
        Assert.Contains("made by other networks (model 0123456789ab): scores are not calibrated for these", found.GetProperty("undecided")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void After_enrolment_it_is_said_what_it_will_be_worth()
    {
        var people = _folder.File("mixed");
        foreach (var (id, side) in ((string, int)[])[("sharp", 112), ("small", 14), ("both", 112), ("both", 14), ("tiny", 7)])
        {
            Directory.CreateDirectory(Path.Combine(people, id));
            File.WriteAllBytes(Path.Combine(people, id, $"{side}.png"), FaceEncoder.EncodePng(FaceResizer.Resize(FaceDecoder.DecodeFile(Path.Combine(tiny.Faces, $"person{id.Length % 3}", "0.jpg")), side, side)));
        }

        Btnet.Run("gallery", "create", Gallery).Expect(0);
        using var json = JsonDocument.Parse(Btnet.Run("gallery", "enroll", Gallery, people, "--json", "--false-alarms", "1/100").Expect(0).Output);
        var best = json.RootElement.GetProperty("outlook").GetProperty("bestFaces").EnumerateArray().ToList();
        Assert.Equal([(112, 2), (14, 1), (7, 1)], best.Select(row => (row.GetProperty("resolution").GetInt32(), row.GetProperty("people").GetInt32())));
        Assert.All(best, row => Assert.True(row.GetProperty("unsureFrom").GetDouble() <= row.GetProperty("matchFrom").GetDouble()));
        Assert.True(best[2].GetProperty("found").GetDouble() < best[0].GetProperty("found").GetDouble());
        // The same once more, of what is there already.
        var said = Btnet.Run("gallery", "enroll", Gallery, people, "--false-alarms", "1/100").Expect(0).Output.ReplaceLineEndings(" ");
        foreach (var part in (string[])["What these enrolments will be worth", "1 of 14 px: this enrolment is 14 px: with faces of 112 px, matches below 0.", "at most 1 false alarm in 100 strangers"]) Assert.Contains(part, said, StringComparison.Ordinal);
        using var listed = JsonDocument.Parse(Btnet.Run("gallery", "list", Gallery, "--json").Expect(0).Output);
        Assert.All(listed.RootElement.EnumerateArray().SelectMany(person => person.GetProperty("templates").EnumerateArray()), template => Assert.InRange(template.GetProperty("quality").GetDouble(), 0, 1));
    }

    [Fact]
    public void What_several_faces_of_a_person_come_to_is_chosen_kept_told_and_changed()
    {
        Refused("'median' is no way to fuse faces; expected max, mean", "gallery", "create", Gallery, "--model", package.Path, "--templates", "median");
        Assert.Contains("several faces of a person by mean", Create().Output, StringComparison.Ordinal);
        Enroll(tiny.Faces).Expect(0);
        double Score()
        {
            using var json = JsonDocument.Parse(Btnet.Run("gallery", "identify", Gallery, One, "--model", package.Path, "--json").Expect(0).Output);
            return json.RootElement.GetProperty("searches")[0].GetProperty("candidates").EnumerateArray().Single(candidate => candidate.GetProperty("id").GetString() == "person1").GetProperty("score").GetDouble();
        }

        var fused = Score();
        Assert.Contains("templates: mean", Btnet.Run("gallery", "info", Gallery).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("several faces of a person by max, by mean before", Btnet.Run("gallery", "templates", Gallery, "max").Expect(0).Output, StringComparison.Ordinal);
        using var info = JsonDocument.Parse(Btnet.Run("gallery", "info", Gallery, "--json").Expect(0).Output);
        Assert.Equal("max", info.RootElement.GetProperty("templateFusion").GetString());
        Assert.True(Score() > fused);
        Assert.Equal(1, Score(), 1e-5);
        Refused("'median' is no way to fuse faces", "gallery", "templates", Gallery, "median");
    }

    [Fact]
    public void A_picture_of_two_people_is_told()
    {
        var people = Directory.CreateDirectory(_folder.File("people")).FullName;
        foreach (var id in (string[])["a", "b"])
        {
            Directory.CreateDirectory(Path.Combine(people, id));
            File.Copy(One, Path.Combine(people, id, "same.jpg"));
        }

        Create();
        Assert.Contains("b has a picture that a has as well: somebody may be enrolled twice", Enroll(people).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Single_faces_are_listed_and_removed_by_their_pictures_or_numbers_and_the_last_stays()
    {
        Create();
        Enroll(tiny.Faces).Expect(0);
        var pictures = Directory.GetFiles(Path.Combine(tiny.Faces, "person1"));
        var removed = Btnet.Run("gallery", "remove", Gallery, "--picture", One, "person1").Expect(0).Output;
        Assert.Contains($"1 of {pictures.Length} faces of person1 removed", removed, StringComparison.Ordinal);
        Assert.Contains("the next `btnet gallery enroll` adds them again", removed, StringComparison.Ordinal);
        var listed = Btnet.Run("gallery", "list", Gallery, "--faces").Expect(0).Output;
        Assert.Contains($"{Directory.GetFiles(tiny.Faces, "*", SearchOption.AllDirectories).Length - 1} faces of", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(One)))[..12], listed, StringComparison.Ordinal);
        long[] left = [.. listed.Split('\n').Where(line => line.Contains("| person1 ", StringComparison.Ordinal)).Select(line => long.Parse(line.Split('|')[2], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(pictures.Length - 1, left.Length);

        var again = Btnet.Run("gallery", "remove", Gallery, "person1", "--picture", One, "--face", $"{left[0]}", "--face", "987654").Expect(3);
        Assert.Contains($"1 of {left.Length} faces of person1 removed", again.Output, StringComparison.Ordinal);
        Assert.Contains("0.jpg: person1 has no such face", again.Errors, StringComparison.Ordinal);
        Assert.Contains("skipped 987654: person1 has no such face", again.Errors, StringComparison.Ordinal);
        Assert.Contains("these are all the faces of 'person1'", Btnet.Run(["gallery", "remove", Gallery, "person1", .. left.SelectMany(number => new[] { "--face", $"{number}" })]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("of one person, and 2 are named", Btnet.Run("gallery", "remove", Gallery, "person1", "person0", "--face", "1").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("nobody of that id is enrolled", Btnet.Run("gallery", "remove", Gallery, "nobody", "--face", "1").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Btnet.Run("gallery", "remove", Gallery, "person1", "--picture", "missing.jpg").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("person1", Btnet.Run("gallery", "list", Gallery).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void People_are_removed_and_galleries_copied_restored_compacted_and_told_about()
    {
        Create();
        Enroll(tiny.Faces).Expect(0);
        Btnet.Run("gallery", "backup", Gallery, _folder.File("copy.gallery")).Expect(0);
        var removed = Btnet.Run("gallery", "remove", Gallery, "person1", "nobody").Expect(3);
        Assert.Contains("1 of 2 removed", removed.Output, StringComparison.Ordinal);
        Assert.Contains("skipped nobody: nobody of that id is enrolled", removed.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("person1", Btnet.Run("gallery", "list", Gallery).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("bytes before", Btnet.Run("gallery", "compact", Gallery).Expect(0).Output, StringComparison.Ordinal);

        Assert.Contains("all whole", Btnet.Run("gallery", "restore", _folder.File("copy.gallery"), _folder.File("restored.gallery")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("person1", Btnet.Run("gallery", "list", _folder.File("restored.gallery")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("is there already", Btnet.Run("gallery", "restore", _folder.File("copy.gallery"), Gallery).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("0 faces lost", Btnet.Run("gallery", "salvage", Gallery, _folder.File("saved.gallery")).Expect(0).Output, StringComparison.Ordinal);
        using var info = JsonDocument.Parse(Btnet.Run("gallery", "info", Gallery, "--json").Expect(0).Output);
        Assert.Equal(Directory.GetDirectories(tiny.Faces).Length - 1, info.RootElement.GetProperty("subjects").GetInt32());
        Assert.Contains("takes embeddings of every model of the trunk", Btnet.Run("gallery", "info", Gallery).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_enrolment_goes_on_where_it_was()
    {
        var people = _folder.File("many");
        for (var i = 0; i < 1_500; i++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(people, $"{i % 300}")).FullName;
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), FaceEncoder.EncodePng(FaceResizer.Resize(FaceDecoder.DecodeFile(One), 8 + (i % 50), 8 + (i / 50))));
        }

        Create();
        using (var running = Btnet.Start("gallery", "enroll", Gallery, people, "--model", package.Path))
        {
            while (!running.HasEnded && Faces() == 0) Thread.Sleep(20);
            running.Kill();
        }

        var before = Faces();
        Assert.True(before is > 0 and < 1_500, $"{before} of 1,500");
        Assert.Contains($"{1_500 - before} faces enrolled of 300 people", Enroll(people).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(1_500, Faces());

        int Faces()
        {
            using var info = JsonDocument.Parse(Btnet.Run("gallery", "info", Gallery, "--json").Expect(0).Output);
            return info.RootElement.GetProperty("templates").GetInt32();
        }
    }

    [Fact]
    public void What_cannot_be_meant_ends_with_2_and_says_what_is_wrong()
    {
        Refused("there is no such file; expected a gallery", "gallery", "list", Gallery);
        Create();
        Refused("is there already", "gallery", "create", Gallery, "--model", package.Path);
        Refused("expected either a folder with a folder for each person, or --csv", "gallery", "enroll", Gallery);
        Refused("lies in no person's folder", "gallery", "enroll", Gallery, Path.Combine(tiny.Faces, "person1"), "--model", package.Path);
        Refused("names the column id 0 times", "gallery", "enroll", Gallery, "--csv", _folder.WriteText("people.csv", "file,who\na.jpg,b\n"), "--model", package.Path);
        Refused("line 3: calls '1' B, and line 2 A", "gallery", "enroll", Gallery, "--csv", _folder.WriteText("twice.csv", "file,id,name\na.jpg,1,A\nb.jpg,1,B\n"), "--model", package.Path);
        Refused("line 2: has 3 cells; expected 2", "gallery", "enroll", Gallery, "--csv", _folder.WriteText("cells.csv", "file,id\na.jpg,1,2\n"), "--model", package.Path);
        Refused("--where site: is no attribute", "gallery", "list", Gallery, "--where", "site");
        Refused("--top 0: expected 1 or more", "gallery", "identify", Gallery, One, "--top", "0", "--model", package.Path);
        Refused("is no SQLite file", "gallery", "info", One);
        Refused("whose embeddings do not compare", "gallery", "identify", Gallery, One);
        Assert.Contains("nobody is enrolled", Btnet.Run("gallery", "identify", Gallery, One, "--model", package.Path).Expect(0).Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void Refused(string said, params string[] arguments) => Assert.Contains(said, Btnet.Run(arguments).Expect(2).Errors, StringComparison.Ordinal);

    private Ended Create(params string[] options) => Btnet.Run(["gallery", "create", Gallery, "--model", package.Path, .. options]).Expect(0);

    private Ended Enroll(string folder) => Btnet.Run("gallery", "enroll", Gallery, folder, "--model", package.Path);
}
