package org.seqlm.job.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.ngram.files.NgramTsv;

final class NgramsConfigTest {
  private static NgramsConfig slices(int slices) {
    return ConfigLoader.load(
        "ngrams",
        NgramsConfig.class,
        new Configuration(),
        null,
        List.of("slices=" + slices),
        new FlagValues().put("input.paths", List.of("in")).put("output", "out").tree());
  }

  /** What a manifest says was wanted can be asked for again. */
  @Test
  void asManySlicesAsTheLargestTextGetsMayBeAskedFor() {
    int most = slices(0).slices(Long.MAX_VALUE);
    assertThat(slices(most).slices(1)).isEqualTo(most);
    assertThatThrownBy(() -> slices(most + 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("slices must be");
    assertThat(NgramTsv.ngrams(2, most - 1)).hasSameSizeAs(NgramTsv.ngrams(2, 0));
  }
}
