using Cnn.Reference.Exercises;

namespace Cnn.Reference.Workbook;

/// <summary>What a student reads first.</summary>
internal static class ReadMe
{
    private static readonly Bilingual Text = new(
        """
        # Convolutional Neural Networks: Step by Step

        Eight functions of a convolutional network, for you to write; the files are numbered in their order.

        1. `dotnet run` checks the one you are at. The first time takes half a minute or so.
        2. Open its file, write what its steps say, save, and `dotnet run` again.
        3. Once it is right, `dotnet run -- next` goes on. Nothing goes on by itself.

        | Command | |
        | :-- | :-- |
        | `dotnet run` | checks the current function, and shows how far you are |
        | `dotnet watch --quiet` | does so each time you save; Ctrl-C ends it; `next` in another terminal moves it on |
        | `dotnet run -- hint` | the next hint; there are several, from a nudge to nearly all |
        | `dotnet run -- next` | goes on to the next function |
        | `dotnet run -- conv_forward` | checks that one, in any order; `ConvForward` is the same |
        | `dotnet run -- all` | checks all of them |
        | `dotnet run -- solution conv_forward` | shows how it can be written, once yours is right |

        What is wrong is said by its name where it is a mistake that others have made, and the first wrong cell is worked by hand: compare
        each line with what your loop does. All functions are one class, so one may call another: `ConvForward` your `ZeroPad`.

        ## From numpy to TorchSharp

        | numpy | TorchSharp |
        | :-- | :-- |
        | `np.zeros((m, n))` | `A_prev.new_zeros(m, n)`, of the type of `A_prev` |
        | `a[0:2, 1:3, :]` | `a[0..2, 1..3, ..]` |
        | `a[i, h, w, c] = 1` | `a[i, h, w, c] = tensor(1.0)` |
        | `np.sum(a)`, `np.max(a)`, `np.mean(a)` | `sum(a)`, `max(a)`, `mean(a)` |
        | `float(a)` | `a.item<double>()` |
        | `a.copy()` | `a.clone()` |
        | `print(a)` | `Console.WriteLine(a.cstr())` |

        Sizes are `long` in TorchSharp, ranges take `int`: `(int)a.shape[0]`.

        The files that begin with `further` are optional: beyond the exercise, after the eight.

        """,
        """
        # Convolutional Neural Networks: Step by Step

        Ocho funciones de una red convolucional, para que las escribas vos; los archivos están numerados en orden.

        1. `dotnet run` controla la función en la que estás. La primera vez tarda alrededor de medio minuto.
        2. Abrí su archivo, escribí lo que dicen los pasos, guardá, y otra vez `dotnet run`.
        3. Cuando esté bien, `dotnet run -- next` pasa a la siguiente. Nada avanza solo.

        | Comando | |
        | :-- | :-- |
        | `dotnet run` | controla la función actual y muestra cuánto llevás |
        | `dotnet watch --quiet` | lo hace cada vez que guardás; se termina con Ctrl-C; `next` en otra terminal lo hace seguir |
        | `dotnet run -- hint` | la siguiente pista; hay varias, de un empujoncito a casi todo |
        | `dotnet run -- next` | pasa a la función siguiente |
        | `dotnet run -- conv_forward` | controla esa, en cualquier orden; `ConvForward` es lo mismo |
        | `dotnet run -- all` | controla todas |
        | `dotnet run -- solution conv_forward` | muestra cómo se puede escribir, cuando la tuya está bien |

        Lo que está mal se dice por su nombre si es un error que otros ya cometieron, y la primera celda equivocada se calcula a mano: compará
        cada renglón con lo que hace tu bucle. Todas las funciones son de una misma clase: una puede llamar a otra, `ConvForward` a tu `ZeroPad`.

        ## De numpy a TorchSharp

        | numpy | TorchSharp |
        | :-- | :-- |
        | `np.zeros((m, n))` | `A_prev.new_zeros(m, n)`, del tipo de `A_prev` |
        | `a[0:2, 1:3, :]` | `a[0..2, 1..3, ..]` |
        | `a[i, h, w, c] = 1` | `a[i, h, w, c] = tensor(1.0)` |
        | `np.sum(a)`, `np.max(a)`, `np.mean(a)` | `sum(a)`, `max(a)`, `mean(a)` |
        | `float(a)` | `a.item<double>()` |
        | `a.copy()` | `a.clone()` |
        | `print(a)` | `Console.WriteLine(a.cstr())` |

        En TorchSharp los tamaños son `long`, y los rangos toman `int`: `(int)a.shape[0]`.

        Los archivos que empiezan con `further` son opcionales: más allá del ejercicio, después de las ocho.

        """);

    /// <summary>The text in a language.</summary>
    public static string Of(Language language) => Text.In(language).ReplaceLineEndings("\n");
}
