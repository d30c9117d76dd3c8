package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.dataset.Split;

class ConfigLoaderTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private static EvaluateConfig load(String file, List<String> sets, Overrides flags) {
    return ConfigLoader.load("evaluate", EvaluateConfig.class, HADOOP, file, sets, flags.tree());
  }

  private static Overrides flags() {
    return new Overrides().put("input.paths", List.of("d")).put("models", List.of("m"));
  }

  private static UserException failure(String file, List<String> sets, Overrides flags) {
    return catchThrowableOfType(UserException.class, () -> load(file, sets, flags));
  }

  private String write(String yaml) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, yaml);
    return file.toUri().toString();
  }

  @Test
  void flagsWinOverSetsOverFileOverDefaults() throws IOException {
    String file = write("split: valid\nmax-tokens: 1\nseed: 1\npartitions: 1\n");
    EvaluateConfig config = load(file, List.of("max-tokens=2", "seed=2"), flags().put("seed", 3L));
    assertThat(config.split()).isEqualTo(Split.VALID);
    assertThat(config.partitions()).isEqualTo(1);
    assertThat(config.maxTokens()).isEqualTo(2);
    assertThat(config.seed()).isEqualTo(3);
    assertThat(config.pairs()).isNull();
  }

  @Test
  void aByteOrderMarkIsNoPartOfAKey() throws IOException {
    EvaluateConfig config = load(write("\uFEFFsplit: valid\nseed: 1\n"), List.of(), flags());
    assertThat(config.split()).isEqualTo(Split.VALID);
  }

  @Test
  void tellsEveryProblemAtOnce() throws IOException {
    String file = write("spilt: valid\nmax-tokens: many\nsplit: tset\n");
    UserException failure = failure(file, List.of("partitions=-1"), new Overrides());
    assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(String.join("\n", failure.problems()))
        .contains("unknown key spilt")
        .contains("did you mean split?")
        .contains("max-tokens must be a whole number, but is")
        .contains("split must be train, valid, test (did you mean test?), but is tset")
        .contains("input.paths is missing")
        .contains("partitions must be at least 0, but is -1")
        .doesNotContain("input is missing");
  }

  @Test
  void namesTheFileThatIsMissingOrNoYaml() throws IOException {
    assertThat(
            failure(folder.resolve("none.yaml").toUri().toString(), List.of(), flags()).problems())
        .singleElement()
        .asString()
        .contains("does not exist");
    assertThat(failure(write("a: [1\nb: 2"), List.of(), flags()).problems())
        .singleElement()
        .asString()
        .contains("is no YAML at line 2");
  }

  @Test
  void aSetWithoutAValueIsRefused() {
    assertThat(failure(null, List.of("seed"), flags()).problems())
        .singleElement()
        .asString()
        .startsWith("--set takes key=value");
  }

  @Test
  void theEffectiveConfigurationReadsBackAsItself() throws IOException {
    EvaluateConfig config = load(null, List.of("names=[one]"), flags());
    EvaluateConfig again = load(write(ConfigLoader.yaml(config)), List.of(), new Overrides());
    assertThat(again).isEqualTo(config);
  }
}
