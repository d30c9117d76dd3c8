package org.seqlm.lm.files;

import java.util.List;
import java.util.Map;

/**
 * What the manifest of scores tells of the rows.
 *
 * @param columns their names, with a space between two
 * @param models paths, in the order of their columns; absent in scores of before there were several
 * @param unit what a row is for; absent there, too
 * @param format of the files; absent there, too
 * @param records read, bad ones among them
 * @param documents scored
 * @param lines scored
 * @param badRecords left out, by kind
 */
public record ScoreDetails(
    String columns,
    List<String> models,
    ScoreFiles.Unit unit,
    ScoreFiles.Format format,
    long records,
    long documents,
    long lines,
    Map<String, Long> badRecords) {}
