package org.seqlm.job.compile;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.ngram.compiled.Layout;

/**
 * See {@code conf/compile.yaml}.
 *
 * @param model what is compiled
 * @param output the file
 * @param verify a compiled model that is compared with its checksums instead; null to compile
 * @param layout of its n-grams
 * @param quantize bits a value; 0 keeps values whole
 * @param memoryMib that n-grams are sorted in
 */
record CompileConfig(
    String model,
    String output,
    String verify,
    Layout layout,
    int quantize,
    int memoryMib,
    int partitions,
    long seed)
    implements JobConfig {
  CompileConfig {
    Problems problems = new Problems();
    if (verify == null) {
      problems
          .present("model", model, "give --model PATH, what seqlm ngrams wrote, or FILE.arpa")
          .present("output", output, "give --output FILE");
    } else {
      problems.require(
          model == null && output == null,
          "verify " + verify + " compiles nothing: leave out --model and --output, or --verify");
    }
    problems
        .present("layout", layout, "give --layout fast or small")
        .require(
            quantize == 0 || (quantize >= 2 && quantize <= 16),
            "quantize must be 2 to 16, or 0 for whole values, but is " + quantize)
        .require(
            quantize == 0 || layout != Layout.FAST,
            "quantize is of layout small: values of layout fast stay whole; give --layout small, or"
                + " leave out --quantize")
        .inRange("memory-mib", memoryMib, 1, 1 << 20)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsModel("--model", model)
        .reads("--verify", verify)
        .writes("--output", output);
  }
}
