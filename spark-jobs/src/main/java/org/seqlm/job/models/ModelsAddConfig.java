package org.seqlm.job.models;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.registry.Attachment;

/** See {@code conf/models-add.yaml}. */
record ModelsAddConfig(
    String registry,
    String from,
    String name,
    String night,
    String reason,
    Attach attach,
    long seed,
    int partitions)
    implements JobConfig {

  /** What lies beside the model; null for what does not. */
  record Attach(
      String counts, Attachment.Held countsHeld, String metrics, String samples, String report) {}

  ModelsAddConfig {
    Problems problems =
        RegistryConfig.check(registry)
            .present("from", from, "give --from RUN, a run that seqlm train wrote")
            .present("attach", attach, "give its keys, null for what is not attached");
    if (attach != null) {
      problems.present("attach.counts-held", attach.countsHeld(), "copy or reference");
    }
    problems.throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsModel("--from", from)
        .reads("--counts", attach.counts())
        .reads("--metrics", attach.metrics())
        .reads("--samples", attach.samples())
        .reads("--report", attach.report())
        .writes("REGISTRY", registry);
  }
}
