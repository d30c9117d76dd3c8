package org.seqlm.job.bench.corpus;

import java.io.IOException;
import java.util.Locale;
import org.seqlm.bench.duplicates.DuplicatesBench;
import org.seqlm.job.bench.place.BenchFolder;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.kernels.Processor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench duplicates}. */
@Command(
    name = "duplicates",
    description = {
      "Measures finding near duplicates: documents are drawn, some are copies with words replaced,"
          + " at Jaccard similarities of 0.5, 0.55, ... 1; how many of them are found, by"
          + " similarity, how much else, and the time.",
      "",
      "Example: seqlm bench duplicates --documents 1000000 --master local[2]"
    })
public final class BenchDuplicatesCommand
    extends JobCommand<BenchDuplicatesConfig, BenchDuplicatesCommand.Result> {

  /**
   * What was measured.
   *
   * @param processor kind of the driver's
   * @param sparkMaster it ran on
   * @param bands of signatures
   * @param rows of a band
   * @param found what was found
   */
  record Result(
      String processor, String sparkMaster, int bands, int rows, DuplicatesBench.Result found) {}

  @Option(
      names = "--documents",
      paramLabel = "N",
      description = "Documents of about 200 words (default: 100000).")
  Long documents;

  @Option(
      names = "--threshold",
      paramLabel = "J",
      description = "Jaccard similarity that is looked for (default: 0.8).")
  Double threshold;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Where they lie meanwhile, on a file system that all executors reach (default: a"
              + " temporary folder).")
  String folder;

  BenchDuplicatesCommand() {
    super(BenchDuplicatesConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("documents", documents).put("near.threshold", threshold).put("folder", folder);
  }

  @Override
  public String plan(BenchDuplicatesConfig config, JobContext context) {
    return String.format(
        Locale.ROOT,
        "draw %,d documents, %,d of them copies, and look for pairs from %s on",
        config.documents(),
        config.planted().pairs(),
        config.near().threshold());
  }

  @Override
  public Result run(BenchDuplicatesConfig config, JobContext context) throws IOException {
    try (BenchFolder files = BenchFolder.open(config.folder(), context)) {
      DuplicatesBench.Result found =
          DuplicatesBench.run(
              context.sparkContext(),
              files.below("documents"),
              config.planted(),
              config.settings(),
              config.partitions(),
              context.progress());
      return new Result(
          Processor.kind(),
          context.sparkContext().master(),
          config.near().bands().bands(),
          config.near().bands().rows(),
          found);
    }
  }

  @Override
  public String summary(BenchDuplicatesConfig config, Result result) {
    DuplicatesBench.Result found = result.found();
    TextTable table = new TextTable("Jaccard", "pairs", "found", "recall", "expected");
    for (DuplicatesBench.Bin bin : found.bins()) {
      table.row(
          bin.from() >= 1 - 1e-9
              ? "1"
              : String.format(Locale.ROOT, "%.2f to %.2f", bin.from(), bin.to()),
          String.format(Locale.ROOT, "%,d", bin.pairs()),
          String.format(Locale.ROOT, "%,d", bin.found()),
          bin.pairs() == 0
              ? ""
              : String.format(Locale.ROOT, "%.4f", (double) bin.found() / bin.pairs()),
          bin.pairs() == 0 ? "" : String.format(Locale.ROOT, "%.4f", bin.expected()));
    }
    return String.format(
            Locale.ROOT,
            "%non %s, %s: %,d documents, %,d bytes, %d bands of %d rows%n%n",
            result.processor(),
            result.sparkMaster(),
            found.documents(),
            found.bytes(),
            result.bands(),
            result.rows())
        + table
        + String.format(
            Locale.ROOT,
            "%nfrom %s on: recall %.4f of %,d pairs (expected %.4f), precision %.4f%n"
                + "%,d documents that removing takes away, of which %.4f are as like the kept one%n"
                + "%.1f s, %.1f s of processors%n",
            config.near().threshold(),
            found.recall(),
            found.pairs(),
            found.expected(),
            found.precision(),
            found.removed(),
            found.removedAlike(),
            found.seconds(),
            found.cpuSeconds());
  }
}
