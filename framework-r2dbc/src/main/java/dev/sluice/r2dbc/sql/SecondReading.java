package dev.sluice.r2dbc.sql;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.StringProvider;
import net.sf.jsqlparser.parser.TokenMgrException;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Reads a statement once more, with JSqlParser, and compares which relations it names and where. A relation
 * can only slip through if two readers that share no code overlook it.
 *
 * <p>JSqlParser's lexer and grammar are not PostgreSQL's. It is therefore shown the tokens of ours, one blank
 * between them, strings without their content, and without clauses that it does not know; where those hold a
 * relation, it will not find it, and the statement is refused.
 */
final class SecondReading {

    private static final long PATIENCE_MILLIS = 2_000;

    private final Statement statement;
    private final Shown shown;

    SecondReading(Statement statement, Rewrite rewrite) {
        this.statement = statement;
        this.shown = Shown.of(statement, rewrite);
    }

    /**
     * Compares.
     *
     * @param relations the indexes of the tokens that relations begin with, as the first reading found them
     * @throws dev.sluice.repository.StatementRefusedException if JSqlParser cannot read it, or finds others
     */
    void mustFind(Set<Integer> relations) {
        Set<Integer> found = new TreeSet<>();
        TableFinder.tables(parse())
                .forEach(table -> found.add(shown.tokenAt(table.getASTNode().jjtGetFirstToken().beginColumn - 1)));
        if (!found.equals(relations)) {
            Set<Integer> doubtful = new TreeSet<>(found);
            doubtful.addAll(relations);
            doubtful.removeIf(index -> found.contains(index) && relations.contains(index));
            String names = doubtful.stream()
                    .map(i -> i < 0 ? "?" : statement.at(i).value())
                    .collect(Collectors.joining("', '"));
            throw statement.refused(
                    "it can be read in two ways, with and without the relation '%s'; say it more plainly"
                            .formatted(names));
        }
    }

    private net.sf.jsqlparser.statement.Statement parse() {
        CCJSqlParser parser = new CCJSqlParser(new StringProvider(shown.text())).withAllowComplexParsing(true);
        Disposable watch =
                Schedulers.parallel().schedule(() -> parser.interrupted = true, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        try {
            return parser.Statement();
        } catch (ParseException | TokenMgrException e) {
            throw statement.refused(
                    "Sluice cannot analyse it (%s); say it more plainly, or leave it to row-level security"
                            .formatted(firstLine(e)));
        } catch (StackOverflowError e) {
            // The depth of brackets is bounded, that of CASE and operators is not; the stack is whole again here.
            throw statement.refused("it is nested too deep to be analysed");
        } finally {
            watch.dispose();
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
