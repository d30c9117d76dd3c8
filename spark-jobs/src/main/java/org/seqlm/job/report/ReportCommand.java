package org.seqlm.job.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.report.HtmlReport;
import org.seqlm.report.ReportModel;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm report}: artifacts as one page. */
@Command(
    name = "report",
    description = {
      "Write one self-contained HTML page about a run, or a folder of artifacts.",
      "It shows what is there: models and the floor, curves, samples, agreement, n-grams, data.",
      "",
      "Example: seqlm report --input run --output run.html"
    })
public final class ReportCommand extends JobCommand<ReportConfig, ReportResult> {
  private static final String PAGE = "<!DOCTYPE html>";

  @Option(
      names = "--input",
      paramLabel = "RUN|DIR",
      description = "An artifact, also a run that is not finished, or a folder of artifacts.")
  String input;

  @Option(names = "--output", paramLabel = "FILE.html", description = "File to write.")
  String output;

  @Option(names = "--title", paramLabel = "TEXT", description = "Title of the page.")
  String title;

  @Option(
      names = "--language",
      paramLabel = "LANGUAGE",
      description = "Of the page's own words: en (default) or fa, which is drawn right to left.")
  String language;

  public ReportCommand() {
    super(ReportConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input", input)
        .put("output", output)
        .put("title", title)
        .put("language", language);
  }

  @Override
  public String plan(ReportConfig config, JobContext context) throws IOException {
    check(config, context);
    ReportModel model = ReportCollector.collect(context.hadoop(), config.input(), config.title());
    StringBuilder plan = new StringBuilder("write " + config.output() + " about");
    model.sources().forEach(source -> plan.append(' ').append(source.name()));
    return plan.toString();
  }

  @Override
  public ReportResult run(ReportConfig config, JobContext context) throws IOException {
    check(config, context);
    ReportModel model = ReportCollector.collect(context.hadoop(), config.input(), config.title());
    List<String> notes = notes(model);
    notes.forEach(note -> context.progress().message("note: " + note));
    byte[] page = HtmlReport.render(model, config.language()).getBytes(StandardCharsets.UTF_8);
    Path file = Paths.of(config.output());
    // Readers never see half a page.
    HashedFile.replacePlain(file.getFileSystem(context.hadoop()), file, out -> out.write(page));
    return new ReportResult(
        config.output(),
        page.length,
        model.sources().stream().map(ReportModel.Source::name).toList(),
        notes);
  }

  /** What could not be shown, and of which runs there is no more, which the page says in place. */
  private static List<String> notes(ReportModel model) {
    List<String> notes = new ArrayList<>(model.notes());
    for (RunPart run : model.runs()) {
      switch (run.status()) {
        case COMPLETE -> {}
        case INCOMPLETE ->
            notes.add(run.name() + ": the training is not finished, this is what there is so far");
        case DIVERGED -> notes.add(run.name() + ": " + run.divergence().reason());
      }
    }
    return notes;
  }

  private static void check(ReportConfig config, JobContext context) throws IOException {
    OutputCheck.file(context.hadoop(), "--output", config.output(), context.overwrite());
    Path file = Paths.of(config.output());
    FileSystem fs = file.getFileSystem(context.hadoop());
    if (fs.exists(file) && !isPage(Paths.plain(fs), file)) {
      throw UserException.configuration(
          "output "
              + config.output()
              + " exists and is no HTML page: give another --output, or remove it yourself");
    }
  }

  /** Whether a file begins as a report does, or is empty: an artifact's own file is none. */
  private static boolean isPage(FileSystem fs, Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      String start = new String(in.readNBytes(PAGE.length()), StandardCharsets.UTF_8);
      return start.isEmpty() || start.equalsIgnoreCase(PAGE);
    }
  }

  @Override
  public String summary(ReportConfig config, ReportResult result) {
    return "report: " + result.output();
  }
}
