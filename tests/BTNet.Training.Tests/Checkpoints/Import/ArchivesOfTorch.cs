using System.IO.Compression;
using System.Text;

namespace BTNet.Training.Tests.Checkpoints.Import;

/// <summary>Small archives that PyTorch 1.13 wrote (gzip, base 64), and archives made by hand.</summary>
internal static class ArchivesOfTorch
{
    /// <summary>{'epoch': 3, 'best': np.float64(0.5), 'state_dict': net.state_dict(), 'optimizer': sgd.state_dict()}, net being fc = Linear(2, 3) (weight 0 to 5, bias .5, -.5, 2) and bn = BatchNorm1d(3), trained by one step.</summary>
    public const string Checkpoint =
        "H4sIAAAAAAACA52WS3AURRjHZ3fJZjNAElEDaEQQHxuFzTvZKJC44oIMhjCIDiisvbOzOwO7M/vN9AQCrMQHIbGs8nkQirIoPVHlzYtetCwfByscPHizyptevHuytB+bMNORh9O1vbM1Pb//v/vr/r7ZKSWxSpJSKWlF65TWScjVTWva6C0hjDL1k9V8rl06Gmqz8QZIaa2FAEbd0U2IKQmNKEpFw8MQ122/Vp/J6I5rZGp+FVvIddGM7OmoilwZEnxcLuGZuiHDKi1OyHIWWhbmL0JShdY0UYuRezsgNTk5ue8f0tiXImFoK+oF3SkZuicbNv0hg6y1Lc//u6vjsFpLkl9VhC27H9bMwVoV2uegQ4VOTSYDHkbYKJQsHcNduu5Uq4aOLcf25ANuyXCN0m4yIsO6HhXuTjPlsp45ZVgVE8M9OnZIcDIFH1tVTy64RtG3qqUCNmzPcQvTAzLcm05rrczFcVHFgC6OyPmqg/AhflOG9Wx9fbBBS5CrXvdho5LEcN9BRVISSnwO7lfiSmwOuhdMOpEHMGxS4UEmTGZTtJAHm01iZXaZXKoftpgblQSGh5jEBdiqxC7Awxx/BMOjKjzGFlO0lxaTDgkMQA8XeLwp8AQV2MYFtmPIqNDL/IkA8+8L4YPQz/GBJj5I8SGOD2MYUWFU6+C469u2ZVcKNQPZkA3JDMEYl3myKfMUldnBZXZi2KXCuNYelplGLkyEVIbhaa6Sa6o8Q1V2c5VnMeRV2KN1cRVyFAtFhHXT8ArYRfpJowR7uVpz5/Y7dmV5455jBiOwjxjEMCjEoKeHC+/H8LwKk34DDrBIk/VhRHMIptj4wbRGTyioDTjEIjltuB45ePCCEvN4DuhwuAEvmss3ija81ACN3Ih7vldksk4dWzXrjOHCkQYc5UnIjjS83IBX0orUgGMs0jWnZtiYLs8vl8njx0MxGoWCyc7cq8tnDvEzV+TLIelRUsHwlFgDymYYzkKFB9hsBtiiAT7BwZMYqirUPIUUCVsAx8DhYL0JAgVdDpLSgVXwPSXRgOkASCPR3wenOHm6Sc5Q8gwnz2I4p0LD87U15Nk6clGtUHEdv+7Ba8fgfANm00yl6sLre8a/ukTbZS0VCBK8sWf8z0XarrMol1CtbtDjBW8qElPlWVMglQfNwFvkJsVtUu8M15mGCwtcDp1mmwNzCzxZSQlEpD5enGSntmTRnSCGFipWDZhfYJWKzdeDhWPwNtk+JUa2IWH4yPczU0prav3Oz8+YZJNpn7pp3W6XukN1u7cvn9sgVO0bjTOz4+RrgnxInyX96gTze++P9zeQAdpv5bct7Nefz6Vv6vcf/tT7G+pPPcfWd9k0xmtu6dkhjQqeZJGDd2wa8p+dWOrUf+uR43tv798uZcP+A/ncUBT7ozz2vFP/jybP/RrBfzCq//XFxa+XOvX/8Pt35yP4D0X1v3xp465K+fdd1xffYevfUrj2RQT/4aj+5XJ5fKlT/xM/5P6O4D8S1T/WVKTef/02f42apW7jvSPsPZrPZSN538j/lY3OZ/NP334WIf+z/zP/Q57Oj7+cjRD/sej5F8U/WH+a7+6I9WdQpq4/f1I5TN9KceYao5dl32DV71wxE/Ef+go6UMPbQ+SXLZLwnhDZYC0Os+mkwPaLbLCOdoTYKyvYFcbBIhg27m4V4AGRDRawMHtFZAdFNlh8BN+UwA6JbLBwCL4iOyyywcQXfNsEdkRkg0kaZj8W2VGRDR52YYNlgc3eOXtFZMdENnjcw4eje7UkJtaUkkxuaw5vSmxffnStcO1M8OsHq5eyOUn/d0mfNmcXY/dakpxZy57nz/4L+Fm3WwQPAAA=";

    /// <summary>The state dict of the same net, its parameters as such (keep_vars=True).</summary>
    public const string Parameters =
        "H4sIAAAAAAACA52VzU/TYBzH2w3GqDjwDcQXEF+H4oBtDBAFnDpfqjJrTBpjXLquW6ej49c+w4skXHgxMVGjFz0Yr5y960VvePBiPJh4UxP/AE8mPk+fsrSPwZc2e9b16fP9fJ62v6fLisEGjguHud+2Nm4zp5iqXp7V+gsKUmIztyuZdIS77tnmA6parVQ0FZWrhiVMmQXN1AqnyyoSgOuVgI/KzRhWVGN3tHJJRxBQURVTY7kaKlcsIWdq+Vq5UsjNKKYyrSHNFCC4zhCkGVbVzM3GBWiIRuUmzLXwSKWkQSONCJlKVUFXaacAIZnHYwagSQ7ivTpTg7AYQtB8ReTEoBhYBEEMiPwibLink7m2INgoQWTZPmhdgjYJNtkWPPt8WbFgsx7UsVlv1Cl5ELboYTGIYKtNXIBtIr8A7ZTWgWC7BJ2UtmMJdkqwy74XeWPtXuxmeHHoorxuh7eH8Hooby+CfRLsp7wDS3BQgkP27DDPnl2UoSWgl9IOO7QjhNZHaUcRxCTop7SBJRiUIC63UppZM4yyUcpNa4oBCQ8zCUnKHHKYKcIcpswRBKMSHJMjXsysYsKYhzIExynlhEMZJ5QJSplEcFKCtNxOKUZtOpdXkKprVg6ZinpbK8ApSnOe+cWqUao/8tO2IAVnsIBHkMGC3l4KPovgnATna3NwwX4O+PqQQiobRPv8xahM6h4uzcFl+8bOaqaFqxqmRN6SA3YdQHYOruj1jrwB0hxcxR0Bq2blY1mxKfz9Q4sQwfVGWnbd1RXhUp7V1T+QSceZtfUvG6XNT+CvSfzBbR63F5NkJh0Pvz7ajk+Q9qeZ9HlnMphJR7n/8BP3a+InztGOdqMFH7T8xTnidcYz6aSPqyd+cu20Ef+Ty3c/+fAn/Prfra6+WmvE//jNg2Uf/qRf/7OnneOl4pfxd6v37evvya289OEf8usvFosTa434b71N//ThT/n18w6RuH98Xl4hsvAf3a3cWN3trPBMetiXHG8JgZjfPy9dI++DgG3mya7udr8P2n6bDfsPy6bdazjiSd4McswbhM2616I3+43NDrJZ9zryZm80MNk4m3WvAW/2E5tNsFl3/TLeRiabZLPu2mO8bHaIzbprh/GGmGyKzbqffqsn+9GVdWotK4ZCfc7pruDR+tBmZt8doHupaa3AQ/YvcAbwdl9jiGaa7fF07C8bevu+0wkAAA==";

    /// <summary>[1.5, -2] in each type of float; integers in each type; a scalar, an empty tensor, and views of arange(12).reshape(3, 4).</summary>
    public const string Types =
        "H4sIAAAAAAACA6WX21NbRRzHT65AigQLaq1aq/UCSiE3QqAUQorp5bQWDq3GVA25HEjkkMMv2UBRW1GbaFvv0vrm9EWfdPofOIxPPvTFjnV8cEZnnPEv8EFf0L0cwtkNwjQ5w05mwn4+39/unt2FCdlml6TmZqnmaZd2S8lCOptbVPsySZTsXZjTopE2Kc49K9Z0Wtc0NY1yer7oOl3IqAU1M55LIxdI3QpYumI2LJvx+8CaRjr29SZKKKcVXYmCmirltEwCqfmiXkgs+lxg6+qKNeHuRdwzOauCnSGuqKYn0RT70gWOmAX38YCTqtMLJWiSrQiaJ2VJtpahRbaUwXU5S+J3IWhV4B5WQzAAbVkckd3QjuullKZWvW7q9UJ7lvruNXy7ia+D+ToR3KfA/cznDcIDnO9YUpup2vZQmw8eZLa9hu0hYnuY2R5BsE+BR2N4BaQU0e3ndBE6bG+wqnyMKv3wOFMeMJRPEOWTTPkUgqcVYJOewwPu5own9fxs1fYMtQXgWWbrMWwHia2X2foQeBTwMhteQh9nO57fXBM/lfVDgMn6DVmQyAaYLIRgUIEhJsODPcTJprJ6YVM3THVBOMx0I4ZulOjCTDeGIKLAkZiV6EIwztmOZJOFquw5KhuAKJMdNWTHiOw4k51AICtwkspKITjFr8My2nxJnqeyEJxmsglDNklkCpNNITijwFnaMQUv8C5d16quF2mXQYgx10uGK05c55jrZQSvKPBqzEl2RTqpJQuQYMKsg1br9cA0xi0Ikhjv7mZYCkFagUzMgXuo8wtoGVSe8sIMpiQEsyRUkm0VyMo22VKBHDO8hmBOAY0alrK6psI8b/BBHhtaEejEYJPtFViQ7cQAzFBAUFQAxVy4Nyok88UFvahmoLShyRr8IuHtpIIl2UI05xm/jOB1Bd6gQ8dnTGk+D2+K7AU877KtDBdlexneYtwKgrcVeIe+ZwV9Cd4VoUuTOA73L5N5rjDoPQTvK3CZDjel6ek5uCJiVydlh2yVrRX4gI3zQ4Z+hOBjBT6hu1jPq0X4VCQ/I4EWgnzOyFVGXkNwXYEvSr0TclPzzW9vXorieNIm/vdUbpNGuFO5zxONDAln8t08krQ2irVrpIKhnt9ukUjStqtgmK/AG42EpPrzyfP3qCGndVw9cavcTm+g7epwS36hDjwVfdJd5/8eJpnT83+2kAW0VzOlLTNHhUw8+EMNTH98u/F1CFm+aMQtbTl/K2T+wvgHtxXcbuC2FiZjw9+P4ZnEbT9unjEy1vMXZkY85AbdYZ07+Xwc314zVPw60jUL3rmzys/f1s4w7/RHI8ONTF8cv700v2ky/kcd+YFG86kWn+Lr/7KH1HJx9Z+vdn5/26QAX0t/NOKR6sgPrxu5X6/9fK6O/RtsZP/2WNZpdkclMV/H/A80Ov+ZdZJ+NH1qL7mUrDukR/j0UDQy0lB6PP6DleRf6/3rmzryBxvPt0gk/7sD38d2znfjo2Ajf1EtFPFf7NHI4cYK8LtI/o9fzp7dzLeQj2oF5nutvaYm8T8MkTbfSW0ced0hCTehyJrvEZ7d4xRYr8ia7wM3x96oYavBW18Z5qezSYRrks2nMw+v1MA+ETYfw/yQSW38cS6y5iOUZ8+IrF9kzUcez/4ksgGRNR9bPDvdIrD9Ims+dnj2F5ENiqz50BDG6xLYAZE1b3ievS2yIZE1b1aeVXYJ7KDImjca/3LcNrHG5p6Qnc4e49f7bAdrXsmNzys2I76VfWKO/BMu/Wp0sNDvHE7GuGl/1vc/zxPjnz4QAAA=";

    /// <summary>{'w': torch.ones(1).expand(1000)}</summary>
    public const string Expanded =
        "H4sIAAAAAAACA31SwU7CQBR824VSVwXiXRNvmCgQPXogIdpLY6yoCfHS1O0Giw1l2wVPJlw48BMa49W736Ff4d0fcNsSQpfIS5pJX2fevOmubeECgGHASlVhB9yIPvhj1vBc4daHj4HZLsNdribaM4cukvwnjqgIpaDujIQfxMSJ2P3IDzxHsEEcRs74mHCtVuuWJDmWTLfHOM4kxAxCV1xnTcIL6cAmL3axRDoccd1CgpeuLLj4wVNuWDDlGzNKwyBgVPjhICaXkcci5p35VBBODjp8U/CtDt+O67ZVMl7PK/a7nJU89r+Ry7Cfi9xomu1dJbBSAJNWYtDvv33IqVBYa1CB1sJgzKJYbm62T9c7rK8Tkrh/vfRuNTlfS91RAgv/5ejVlY3UE1bVy7nKOeWvom40Ve3yVpWc9gaB+h9sS9cP55/38NGCihX8nOM3ylDqkgsFMy17R2mvqGcanPIz7h8mrm8S6wIAAA==";

    /// <summary>A whole nn.Linear, not its state dict.</summary>
    public const string WholeModule =
        "H4sIAAAAAAACA6VU3U7UQBSe7i7LWnAXEFFB8F8XhYUF/zVqNmZjUqLrGpOJiWm67ey2obR72ilcGBNJXMFbw5UXvoC8gYnv4At4r7e+gDPTAm0JauIk7cmc7+fMnM60oWRzCBUKaN8YQiNI83TTWiVzhka1SnfZrteK6EVivMno1GWsiuNUVlwjsIlfsS2HaJ68FAZA0+sgvYZMGfMq1NMsx3I6kN3EA2yudjVPWyGUeD7kdN21baJTy3V8+YlnEI8YDy2dytA33YR8GeeZYo1YHZNCf1RYDahl+7LqkVZg2caenwyFAyiUOL7rqasLMhwql3E/M/UZU+sQkEOJXLddjT4LkzIMYIlx5mEQZ1nUuwEcViQKxacKUiRFegelMAy9N/lChymMNOHIppiMbsDRJoxh1mbUsjQfjpkFk5U1ZTO0rcJxU9idEHY9GOevidDqJIXJJkyFVqc24HQTzgSikWoraLd5184K7Bye4EnHddQuy1o+2yTd4ag+oXBeV1W+f2o5qiqzjAwXXsLFHlxqQhmXhKWmL69pnqGarrvsw7RwvozHOGb5ajuw7SQHrjzGRY62XS8mnBHCWTwSh7oeieCKgOfwMId9qlGiGuwrR+i8QKt4nKPsMxhxyp7JgqAthtveR3P9Hburgnct7Fl0ROG6SN4QJ5C1o000Gngsf1OR8CDLuQHdS95SpKBVaSj9hc/f3/74mUGIP40Db04RjSduztx8vTaWujc7Y+nVxj3uXNpen+QnhD9/cn6QdK7Wa3cPcP63sf3l41deX9nqPfp7/RK6v1t/lZ8y16nX7vzPAhZlXv3bp85z1lKUEdUlHnbrx3s+tG9F6T9UWh3vazGhvJ1Fqa+U1sZ7ktRupbXVtDa+o1JCO5pD6R42lHx+JoKnsrO71Fwq/orihyjBdPzfhXp94VwSub58qMkJfsj9DcggFsbnBQAA";

    public static byte[] Saved(string gzipped)
    {
        using var content = new GZipStream(new MemoryStream(Convert.FromBase64String(gzipped)), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>A zip of these entries, not compressed unless asked for.</summary>
    public static byte[] Zip(IEnumerable<(string Name, byte[] Content)> entries, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The entries of a zip.</summary>
    public static List<(string Name, byte[] Content)> Entries(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return [.. archive.Entries.Select(entry =>
        {
            var content = new byte[entry.Length];
            using var stream = entry.Open();
            stream.ReadExactly(content);
            return (entry.FullName, content);
        })];
    }

    /// <summary>A view of storage <paramref name="Key"/>, which has <paramref name="Count"/> floats.</summary>
    public sealed record View(string Name, long Offset, long[] Shape, long[] Stride, long Count, string Key = "0", string Storage = "FloatStorage");

    /// <summary>The pickle of a state dict of such views, as torch writes it but for the memo.</summary>
    public static byte[] StateDict(params View[] views)
    {
        var pickle = new StringBuilder("\u0080\u0002}");
        foreach (var view in views)
        {
            pickle.Append(Text(view.Name)).Append("ctorch._utils\n_rebuild_tensor_v2\n((").Append(Text("storage")).Append($"ctorch\n{view.Storage}\n")
                .Append(Text(view.Key)).Append(Text("cpu")).Append(Integer(view.Count)).Append("tQ").Append(Integer(view.Offset))
                .Append(Tuple(view.Shape)).Append(Tuple(view.Stride)).Append("\u0089ccollections\nOrderedDict\n)RtRs");
        }

        return Encoding.Latin1.GetBytes(pickle.Append('.').ToString());

        static string Text(string text) => $"X{Encoding.Latin1.GetString(BitConverter.GetBytes(text.Length))}{text}";
        static string Integer(long value) => $"\u008a\u0008{Encoding.Latin1.GetString(BitConverter.GetBytes(value))}";
        static string Tuple(long[] values) => $"({string.Concat(values.Select(Integer))}t";
    }

    /// <summary>An archive of such a state dict and its storages.</summary>
    public static byte[] Archive(byte[] pickle, params (string Name, byte[] Content)[] entries)
        => Zip([("archive/data.pkl", pickle), .. entries.Select(entry => ($"archive/{entry.Name}", entry.Content))]);
}
