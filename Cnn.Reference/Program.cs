Console.WriteLine("check");
