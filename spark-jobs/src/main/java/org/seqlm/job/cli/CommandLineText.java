package org.seqlm.job.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.seqlm.UserException;
import org.seqlm.store.LocalNames;

/**
 * What stands on a command line is UTF-8, whatever the locale. Java reads it by the locale's
 * characters: in that of cron and containers, which often knows ASCII only, whatever else is
 * written becomes {@code ??}. It is restored from what the process was really given, or refused.
 */
public final class CommandLineText {
  /** Of a process on Linux: its words, each ended by a NUL. */
  private static final Path GIVEN = Path.of("/proc/self/cmdline");

  /** A character that is not ASCII has two bytes and more, and each has become one of these. */
  private static final Pattern LOST = Pattern.compile("[?\\ufffd]{2}");

  private CommandLineText() {}

  /**
   * The command line as its user wrote it.
   *
   * @throws UserException with exit code 2 if that cannot be known
   */
  public static String[] restored(String[] args) {
    Charset locale = LocalNames.charset();
    return restored(
        args, locale, locale.equals(StandardCharsets.UTF_8) ? List.<byte[]>of() : given());
  }

  /**
   * The same.
   *
   * @param locale how Java read the words
   * @param given the words of the process, as bytes; empty where they are not known or needed
   */
  static String[] restored(String[] args, Charset locale, List<byte[]> given) {
    if (locale.equals(StandardCharsets.UTF_8)) {
      for (String arg : args) {
        if (arg.indexOf('\ufffd') >= 0) {
          throw UserException.configuration(
              "the command line must be UTF-8, but " + shown(arg) + " is not");
        }
      }
      return args;
    }
    String[] restored = args.clone();
    for (int i = 0; i < args.length; i++) {
      restored[i] = restored(args[i], locale, given);
    }
    return restored;
  }

  private static String restored(String arg, Charset locale, List<byte[]> given) {
    if (isAscii(arg) && !LOST.matcher(arg).find()) {
      return arg;
    }
    Set<String> candidates =
        given.stream()
            .filter(word -> lossy(new String(word, locale)).equals(lossy(arg)))
            .map(CommandLineText::utf8)
            .collect(Collectors.toSet());
    if (candidates.isEmpty()) {
      // Not lost where each byte is a character, as in Latin-1.
      candidates = Set.of(utf8(arg.getBytes(locale)));
    }
    String one = candidates.iterator().next();
    // What spark-submit has handed on as ?? may have been anything.
    if (candidates.size() > 1 || one.isEmpty() || LOST.matcher(one).find()) {
      throw LocalNames.refusal(
          locale, "and " + shown(arg) + " on the command line may have been another text");
    }
    return one;
  }

  private static List<byte[]> given() {
    try {
      byte[] all = Files.readAllBytes(GIVEN);
      List<byte[]> words = new ArrayList<>();
      int from = 0;
      for (int i = 0; i < all.length; i++) {
        if (all[i] == 0) {
          words.add(Arrays.copyOfRange(all, from, i));
          from = i + 1;
        }
      }
      return words;
    } catch (IOException e) {
      return List.of(); // no Linux
    }
  }

  /** Java puts either where it knows no character. */
  private static String lossy(String text) {
    return text.replace('\ufffd', '?');
  }

  /** Empty if it is none. */
  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return "";
    }
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }

  private static String shown(String arg) {
    return "\"" + lossy(arg) + "\"";
  }
}
