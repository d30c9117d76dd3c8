package org.seqlm.job.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

/** A command line of UTF-8 in a locale that is not of UTF-8. */
class CommandLineTextTest {
  private static final List<byte[]> NOTHING = List.of();

  /** What Java makes of words: a question mark a byte where it knows no character. */
  private static String[] read(Charset locale, String... words) {
    return Arrays.stream(words)
        .map(word -> new String(word.getBytes(UTF_8), locale).replace('\ufffd', '?'))
        .toArray(String[]::new);
  }

  private static List<byte[]> given(String... words) {
    return Stream.concat(Stream.of("java", "SeqLM"), Arrays.stream(words))
        .map(word -> word.getBytes(UTF_8))
        .toList();
  }

  @Test
  void isRestoredFromWhatTheProcessWasGiven() {
    String[] words = {"generate", "--prompt", "кот ", "--model=dépôt", "why?", "a?b?c"};
    String[] read = read(US_ASCII, words);
    assertThat(read).contains("?????? ".substring(0, 7), "--model=d??p??t");
    assertThat(CommandLineText.restored(read, US_ASCII, given(words))).containsExactly(words);
  }

  @Test
  void isRestoredFromALocaleOfSingleBytes() {
    String[] words = {"--prompt", "кот ", "plain"};
    assertThat(CommandLineText.restored(read(ISO_8859_1, words), ISO_8859_1, NOTHING))
        .containsExactly(words);
  }

  /** spark-submit's own Java has read it before, and has handed on what it made of it. */
  @Test
  void isRefusedWhereItIsLost() {
    String[] read = read(US_ASCII, "generate", "--prompt", "кот ");
    for (List<byte[]> given : List.of(NOTHING, given(read))) {
      assertThatThrownBy(() -> CommandLineText.restored(read, US_ASCII, given))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
          .hasMessageContaining("\"?????? \"")
          .hasMessageContaining("LC_ALL=C.UTF-8");
    }
    assertThatThrownBy(
            () -> CommandLineText.restored(read(US_ASCII, "кот"), US_ASCII, given("кот", "кит")))
        .isInstanceOf(UserException.class);
  }

  @Test
  void asciiIsLeftAlone() {
    String[] words = {"ngrams", "--input", "2024-0?.txt", "", "how are you?"};
    assertThat(CommandLineText.restored(words, US_ASCII, NOTHING)).containsExactly(words);
  }

  @Test
  void whatIsNoUtf8IsRefused() {
    String[] read = {"d\ufffdp\ufffdt"};
    assertThatThrownBy(() -> CommandLineText.restored(read, UTF_8, NOTHING))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("must be UTF-8");
  }
}
