package org.seqlm.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;

/**
 * Reads the small files that tell what a folder holds: manifests, {@code run.json}, metrics,
 * tables. Whatever is wrong with one is said as its damage.
 */
public final class SmallFile {
  private SmallFile() {}

  /** What to do about a damaged file, asked only where there is one. */
  @FunctionalInterface
  public interface Remedy {
    /** The caller tells it himself. */
    Remedy NONE = () -> "";

    /** The end of a message. */
    String text() throws IOException;
  }

  /** The end of a message with what stands before it; empty if it is. */
  static String end(String before, Remedy remedy) throws IOException {
    String text = remedy.text();
    return text.isEmpty() ? "" : before + text;
  }

  /** Says that a file is damaged, why, and what to do. */
  static UserException damaged(String file, String why, Remedy remedy, Throwable cause)
      throws IOException {
    return UserException.data(file + " is damaged: " + why + end("; ", remedy), cause);
  }

  /**
   * All bytes of a file.
   *
   * @param name as messages have it
   * @throws java.io.FileNotFoundException if it is not there
   * @throws UserException with exit code 3 if the file system says that its bytes changed
   */
  public static byte[] bytes(FileSystem fs, Path file, String name, Remedy remedy)
      throws IOException {
    try (InputStream in = fs.open(file)) {
      return in.readAllBytes();
    } catch (ChecksumException e) {
      throw damaged(name, "its bytes changed", remedy, e);
    }
  }

  /**
   * A file that holds one JSON object.
   *
   * @param name as messages have it
   * @throws java.io.FileNotFoundException if it is not there
   * @throws UserException with exit code 3 if it is damaged
   */
  public static ObjectNode object(FileSystem fs, Path file, String name, Remedy remedy)
      throws IOException {
    return object(bytes(fs, file, name, remedy), name, "it", remedy);
  }

  /**
   * Whether a file holds JSON; not if it is empty, or its bytes changed.
   *
   * @throws java.io.FileNotFoundException if it is not there
   */
  static boolean isJson(FileSystem fs, Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return !Json.mapper().readTree(in.readAllBytes()).isMissingNode();
    } catch (JsonProcessingException | CharConversionException | ChecksumException e) {
      return false;
    }
  }

  /**
   * A value of such a format's version as this release reads.
   *
   * @param folder that the file describes, as messages have it
   * @param file in the folder
   * @throws java.io.FileNotFoundException if it is not there
   * @throws UserException with exit code 3 if it is damaged, or of another version
   */
  public static <T> T versioned(
      FileSystem fs, Path path, String folder, String file, Class<T> type, Remedy remedy)
      throws IOException {
    String name = folder + "/" + file;
    ObjectNode tree = object(fs, new Path(path, file), name, remedy);
    JsonNode version = tree.path("format-version");
    if (!version.isInt()) {
      throw damaged(name, "it tells no format-version", remedy, null);
    }
    if (version.asInt() < 1 || version.asInt() > Manifest.FORMAT_VERSION) {
      throw UserException.data(
          folder
              + " has format version "
              + version
              + ", but this release reads 1 to "
              + Manifest.FORMAT_VERSION
              + ": make it again, or use the release that wrote it");
    }
    try {
      return Json.mapper().treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw damaged(name, why(e), remedy, e);
    }
  }

  /** What is wrong with a file whose JSON is not of the type that is read, in one line. */
  static String why(JsonProcessingException problem) {
    if (problem instanceof ValueInstantiationException) {
      // A record's own complaint, or what befell it where a value was not there.
      Throwable refusal = problem.getCause();
      boolean says =
          refusal instanceof IllegalArgumentException || refusal instanceof UserException;
      return says && refusal.getMessage() != null
          ? refusal.getMessage().replace("\n", "; ")
          : "a part of it is missing";
    }
    return problem.getOriginalMessage().replace("\n", "; ");
  }

  /**
   * A file with a JSON object a line.
   *
   * @throws UserException with exit code 3 if it is damaged
   */
  public static List<ObjectNode> lines(FileSystem fs, Path file, String name, Remedy remedy)
      throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    String text = new String(bytes(fs, file, name, remedy), StandardCharsets.UTF_8);
    for (String line : text.lines().filter(each -> !each.isEmpty()).toList()) {
      byte[] content = line.getBytes(StandardCharsets.UTF_8);
      lines.add(object(content, name, "line " + (lines.size() + 1), remedy));
    }
    return lines;
  }

  /**
   * @param subject of what is wrong
   */
  private static ObjectNode object(byte[] content, String name, String subject, Remedy remedy)
      throws IOException {
    if (content.length == 0) {
      throw damaged(name, subject + " is empty", remedy, null);
    }
    try {
      if (Json.mapper().readTree(content) instanceof ObjectNode object) {
        return object;
      }
      throw damaged(name, subject + " is no JSON object", remedy, null);
    } catch (JsonProcessingException | CharConversionException e) {
      // Zeros look like UTF-32 that is none.
      throw damaged(name, subject + " is no JSON", remedy, e);
    }
  }
}
