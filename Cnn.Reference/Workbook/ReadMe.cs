using Cnn.Reference.Printing;

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
        | `PROGRAM exercises watch .` | does so by itself on each save, until Ctrl-C; `next` in another terminal moves it on |
        | `dotnet run -- hint` | the next hint; there are several, from a nudge to nearly all |
        | `dotnet run -- next` | goes on to the next function |
        | `dotnet run -- conv_forward` | checks that one, in any order; by its number, too: `dotnet run -- 3` |
        | `dotnet run -- all` | checks all of them; its exit code is 0 where all eight are right |
        | `dotnet run -- solution` | shows how the current one can be written, once yours is right; of another: `solution conv_forward` |

        What is wrong is said by its name where it is a mistake that others have made, and a cell in which it shows is worked by hand:
        compare each line with what your loop does. All functions are one class, so one may call another: `ConvForward` your
        `ZeroPad`. What your function prints stands before its answer.

        A function that crashes, never returns or fills the stack gets a sentence, too: each is checked in a process of its own. Under a
        debugger it runs in the program that is debugged, and breakpoints work.

        ## From numpy to TorchSharp

        | numpy | TorchSharp |
        | :-- | :-- |
        | `np.zeros((m, n))` | `A_prev.new_zeros(m, n)`, of the type of `A_prev` |
        | `a[0:2, 1:3, :]` | `a[0..2, 1..3, ..]` |
        | `a[i, h, w, c] = 1` | `a[i, h, w, c] = tensor(1.0)` |
        | `np.sum(a)`, `np.max(a)`, `np.mean(a)` | `sum(a)`, `max(a)`, `mean(a)` |
        | `float(a)` | `a.item<double>()` |
        | `a.copy()` | `a.clone()` |
        | `np.pad(a, ((0, 0), (p, p), (p, p), (0, 0)))` | `nn.functional.pad(a, [0, 0, p, p, p, p])`: from the last axis to the first |
        | `a[h:h + f]`, `a[p:-p]` | `a[h..(h + f)]`, `a[p..^p]`, which is right for `p = 0`, too |
        | `W[:, :, :, c]` | `W[.., .., .., c]` |
        | `print(a)`, `print(a.shape)` | `Console.WriteLine(a.cstr())`, `Console.WriteLine(string.Join(", ", a.shape))` |
        | `n_H = X.shape[1]` | `int n_H = (int)X.shape[1]`: sizes are `long`, slices need `int` |

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
        | `PROGRAM exercises watch . --language es` | lo hace solo cuando guardás, hasta Ctrl-C; `next` en otra terminal lo hace seguir |
        | `dotnet run -- hint` | la siguiente pista; hay varias, de un empujoncito a casi todo |
        | `dotnet run -- next` | pasa a la función siguiente |
        | `dotnet run -- conv_forward` | controla esa, en cualquier orden; también por su número: `dotnet run -- 3` |
        | `dotnet run -- all` | controla todas; su código de salida es 0 si las ocho están bien |
        | `dotnet run -- solution` | muestra cómo se puede escribir la actual, cuando la tuya está bien; otra: `solution conv_forward` |

        Lo que está mal se dice por su nombre si es un error que otros ya cometieron, y se calcula a mano una celda en la que se nota:
        compará cada renglón con lo que hace tu bucle. Todas las funciones son de una misma clase: una puede llamar a otra, `ConvForward` a
        tu `ZeroPad`. Lo que imprime tu función está antes de su respuesta.

        Una función que revienta, no vuelve nunca o llena la pila también recibe una frase: cada una se controla en un proceso propio. Con
        un debugger corre en el programa que se depura, y los breakpoints funcionan.

        ## De numpy a TorchSharp

        | numpy | TorchSharp |
        | :-- | :-- |
        | `np.zeros((m, n))` | `A_prev.new_zeros(m, n)`, del tipo de `A_prev` |
        | `a[0:2, 1:3, :]` | `a[0..2, 1..3, ..]` |
        | `a[i, h, w, c] = 1` | `a[i, h, w, c] = tensor(1.0)` |
        | `np.sum(a)`, `np.max(a)`, `np.mean(a)` | `sum(a)`, `max(a)`, `mean(a)` |
        | `float(a)` | `a.item<double>()` |
        | `a.copy()` | `a.clone()` |
        | `np.pad(a, ((0, 0), (p, p), (p, p), (0, 0)))` | `nn.functional.pad(a, [0, 0, p, p, p, p])`: del último eje al primero |
        | `a[h:h + f]`, `a[p:-p]` | `a[h..(h + f)]`, `a[p..^p]`, que también sirve con `p = 0` |
        | `W[:, :, :, c]` | `W[.., .., .., c]` |
        | `print(a)`, `print(a.shape)` | `Console.WriteLine(a.cstr())`, `Console.WriteLine(string.Join(", ", a.shape))` |
        | `n_H = X.shape[1]` | `int n_H = (int)X.shape[1]`: los tamaños son `long`, los slices necesitan `int` |

        Los archivos que empiezan con `further` son opcionales: más allá del ejercicio, después de las ocho.

        """);

    private static readonly Bilingual Numpy = new(
        """
        # Convolutional Neural Networks: Step by Step

        Eight functions of a convolutional network, for you to write with numpy: they are in `cnn_exercises.py`, in their order.

        1. Write the first one as its comments say, and save.
        2. `python check.py` calls it with the cases in `cases/`, saves what went in and what came out in `results/`, and has `diagnose`
           say whether it is right. If not, the mistake is named where it is one that others have made, and a cell in which it shows is
           worked by hand.
        3. Once it is right, `python check.py` goes on to the next.

        | Command | |
        | :-- | :-- |
        | `python check.py` | checks the first function that is not right yet, and shows how far you are |
        | `python check.py conv_forward` | checks that one, in any order; by its number, too: `python check.py 3` |
        | `python check.py all` | checks all of them; its exit code is 0 where all eight are right |
        | `python check.py hint` | the next hint; there are several, from a nudge to nearly all; of another: `hint conv_forward` |
        | `python check.py next --anyway` | leaves the current one for later, and goes on to the next |
        | `python check.py solution` | how the current one can be written, once yours is right; of another: `solution conv_forward` |
        | `python check.py diagnose conv_forward mine.npz` | what is wrong in numbers of your own: see below |

        Where the exercise's function returns a cache, `return Z, cache` and `return Z` are both taken. Each function is called in a
        process of its own: one that crashes gets a sentence, too. Ctrl-C ends a loop without an end.

        `diagnose` reads numbers of your own, too: save them with `np.savez` by the exercise's names.

        ```python
        np.savez("mine.npz", A_prev=A_prev, W=W, b=b, stride=2, pad=1, Z=Z)
        ```

        ```sh
        python check.py diagnose conv_forward mine.npz
        ```

        Not the dictionary `hparameters` or the `cache`, but the numbers and arrays in it; what is not needed is not read. Of
        several cases: `A_prev_1=..., A_prev_2=...`. The program that knows the answers is named in `PROGRAM`, in `check.py`: on another
        machine, change it there.

        | Function | Its arrays |
        | :-- | :-- |
        | `zero_pad` | X, pad, X_pad |
        | `conv_single_step` | a_slice_prev, W, b, Z |
        | `conv_forward` | A_prev, W, b, stride, pad, Z |
        | `pool_forward` | A_prev, f, stride, mode, A |
        | `conv_backward` | dZ, A_prev, W, stride, pad, dA_prev, dW, db |
        | `create_mask_from_window` | x, mask |
        | `distribute_value` | dz, shape, a |
        | `pool_backward` | dA, A_prev, f, stride, mode, dA_prev |

        """,
        """
        # Convolutional Neural Networks: Step by Step

        Ocho funciones de una red convolucional, para que las escribas vos con numpy: están en `cnn_exercises.py`, en orden.

        1. Escribí la primera como dicen sus comentarios, y guardá.
        2. `python check.py` la llama con los casos de `cases/`, guarda lo que entró y lo que salió en `results/`, y le pide a `diagnose`
           que diga si está bien. Si no, el error se dice por su nombre si es uno que otros ya cometieron, y se calcula a mano una celda en
           la que se nota.
        3. Cuando está bien, `python check.py` pasa a la siguiente.

        | Comando | |
        | :-- | :-- |
        | `python check.py` | controla la primera función que todavía no está bien y muestra cuánto llevás |
        | `python check.py conv_forward` | controla esa, en cualquier orden; también por su número: `python check.py 3` |
        | `python check.py all` | controla todas; su código de salida es 0 si las ocho están bien |
        | `python check.py hint` | la siguiente pista; hay varias, de un empujoncito a casi todo; de otra: `hint conv_forward` |
        | `python check.py next --anyway` | deja la actual para después y pasa a la siguiente |
        | `python check.py solution` | muestra cómo se puede escribir la actual, cuando la tuya está bien; otra: `solution conv_forward` |
        | `python check.py diagnose conv_forward mio.npz` | qué está mal en números tuyos: ver abajo |

        Donde la función del ejercicio devuelve un cache, sirven tanto `return Z, cache` como `return Z`. A cada función se
        la llama en un proceso propio: una que revienta también recibe una frase. Ctrl-C termina un bucle sin fin.

        `diagnose` también lee números tuyos: guardalos con `np.savez` con los nombres del ejercicio.

        ```python
        np.savez("mio.npz", A_prev=A_prev, W=W, b=b, stride=2, pad=1, Z=Z)
        ```

        ```sh
        python check.py diagnose conv_forward mio.npz
        ```

        No el diccionario `hparameters` ni el `cache`, sino los números y arrays que tienen; lo que no hace falta no se lee. De
        varios casos: `A_prev_1=..., A_prev_2=...`. El programa que sabe las respuestas se nombra en `PROGRAM`, en `check.py`: en otra
        máquina, cambialo ahí.

        | Función | Sus arrays |
        | :-- | :-- |
        | `zero_pad` | X, pad, X_pad |
        | `conv_single_step` | a_slice_prev, W, b, Z |
        | `conv_forward` | A_prev, W, b, stride, pad, Z |
        | `pool_forward` | A_prev, f, stride, mode, A |
        | `conv_backward` | dZ, A_prev, W, stride, pad, dA_prev, dW, db |
        | `create_mask_from_window` | x, mask |
        | `distribute_value` | dz, shape, a |
        | `pool_backward` | dA, A_prev, f, stride, mode, dA_prev |

        """);

    /// <summary>The text for who works in Python.</summary>
    /// <param name="language">The language.</param>
    public static string OfNumpy(Language language) =>
        Numpy.In(language).Replace("python check.py", $"{PythonSource.Command} check.py", StringComparison.Ordinal)
            .ReplaceLineEndings("\n");

    private static string With(IEnumerable<string> program, string text) =>
        text.Replace("PROGRAM", string.Join(' ', program.Select(Quoted)), StringComparison.Ordinal).ReplaceLineEndings("\n");

    private static string Quoted(string word) => word.Any(char.IsWhiteSpace) ? $"\"{word}\"" : word;

    /// <summary>The text in a language.</summary>
    /// <param name="language">The language.</param>
    /// <param name="program">The command line that starts this program.</param>
    public static string Of(Language language, IEnumerable<string> program) => With(program, Text.In(language));
}
