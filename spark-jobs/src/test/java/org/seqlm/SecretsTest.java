package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.store.Paths;

class SecretsTest {
  private static final String PLANTED = "pl4nt3d/S3+cret";

  /** With a secret that none of them may show. */
  private static final List<String> SECRET =
      List.of(
          "s3a://AKIA123:pl4nt3d/S3+cret@bucket/corpus",
          "sftp://reader:pl4nt3d/S3+cret@host:22/data",
          "reading \"ftp://reader:pl4nt3d/S3+cret@host/a b.txt\" failed",
          "https://host/x?sig=pl4nt3d/S3+cret&sv=1",
          "https://host/x?a=1&X-Amz-Signature=pl4nt3d/S3+cret",
          "https://host/x?access_token=pl4nt3d/S3+cret",
          "cannot reach it with fs.s3a.secret.key=pl4nt3d/S3+cret, try again",
          "spark.hadoop.fs.s3a.access.key: pl4nt3d/S3+cret",
          "-Djavax.net.ssl.keyStorePassword=pl4nt3d/S3+cret");

  private static final List<String> OPEN =
      List.of(
          "hdfs://name-node:8020/data/user@example/x",
          "hdfs://name-node:8020",
          "abfs://container@account.dfs.core.windows.net/x",
          "wasb://container@account.blob.core.windows.net/x",
          "spark://HOST:7077",
          "file:/data/10:00/a@b",
          "file:///data/10:00/a@b",
          "out of memory (Java heap space): give it more, for instance -- --driver-memory 8g",
          "training.tokens must be at least 1, but is 0",
          "max-tokens=5 token: x",
          "spark.master must be local[N], but is x",
          "see https://example.org/a?b=c@d",
          "");

  @Test
  void whatIsSecretIsHidden() {
    for (String text : SECRET) {
      assertThat(Secrets.redacted(text)).contains(Secrets.HIDDEN).doesNotContain("pl4nt3d", "S3+");
      assertThat(Secrets.redacted(Secrets.redacted(text))).isEqualTo(Secrets.redacted(text));
      assertThat(UserException.data(text).getMessage()).doesNotContain("pl4nt3d");
      assertThat(UserException.data(text).problems().get(0)).doesNotContain("pl4nt3d");
    }
  }

  @Test
  void allElseStaysAsItIs() {
    for (String text : OPEN) {
      assertThat(Secrets.redacted(text)).isEqualTo(text);
      assertThatCode(() -> Secrets.refuseIn(text)).doesNotThrowAnyException();
    }
    assertThat(Secrets.redacted(null)).isNull();
  }

  @Test
  void aPathWithASecretIsRefusedWithoutShowingIt() {
    for (String path : SECRET.subList(0, 6)) {
      assertThatThrownBy(() -> Paths.of(path))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
          .hasMessageContaining("holds a password or a key")
          .hasMessageNotContaining(PLANTED)
          .hasMessageNotContaining("pl4nt3d")
          .message()
          .hasLineCount(1);
    }
  }
}
