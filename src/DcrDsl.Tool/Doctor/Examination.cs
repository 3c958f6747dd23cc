namespace DcrDsl.Tool.Doctor;

/// <summary>Everything that the doctor looks at, in the order of a run.</summary>
static class Examination
{
    /// <param name="place">The folder of a project.</param>
    /// <param name="store">The folder of the store; null: the usual one.</param>
    public static IReadOnlyList<Finding> Of(string place, string? store)
    {
        bool any = ProjectFile.TryIn(place, out string project, out string why);
        var built = any ? BuiltProgram.Of(project) : null;
        var gpu = Gpu.Look();
        return
        [
            Sdk.Look(),
            any ? new("project", State.Works, project) : new("project", State.Warns, why),
            .. SystemLibraries.Look(),
            .. LibTorch.Look(any, built, gpu),
            gpu.Finding,
            .. Machine.Look(),
            .. StoreDisk.Look(store ?? Environment.GetEnvironmentVariable("DCR_STORE") ?? Path.Combine(".dcr", "store")),
        ];
    }
}
